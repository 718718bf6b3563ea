using Espalier.Files;

namespace Espalier.Weights;

/// <summary>
/// Finds a network's arrays in a file that other tools wrote: torch.compile, DataParallel and Lightning put <c>_orig_mod.</c>,
/// <c>module.</c> and <c>model.</c> before every name, in any order, and training scripts put the whole under a key.
/// </summary>
internal static class NamePrefixes
{
    private static readonly HashSet<string> s_known = new(
        ["_orig_mod", "module", .. TorchCheckpoint.Wrappers, .. TorchCheckpoint.Averages],
        StringComparer.Ordinal
    );

    // AveragedModel's count of what it averaged.
    private const string Averaged = "n_averaged";

    // What wraps a part of a network, such as DataParallel around its convolutions alone, puts its name in the middle.
    private static readonly HashSet<string> s_inner = new(["_orig_mod", "module"], StringComparer.Ordinal);

    /// <summary>The arrays under the names that fit.</summary>
    /// <param name="file">As it was read.</param>
    /// <param name="fits">Whether arrays under these names are what is sought.</param>
    /// <param name="known">Whether a name is one of those sought, to tell which reading comes closest where none fits.</param>
    /// <param name="notes">Told in a sentence which prefix was left out.</param>
    /// <exception cref="InputException">Two readings fit, and their arrays differ.</exception>
    public static TensorFile Fit(TensorFile file, Func<TensorFile, bool> fits, Func<string, bool> known, IProgress<string>? notes)
    {
        if (fits(file) && !file.Metadata.ContainsKey(TorchCheckpoint.WrapperKey))
            return file;
        TensorFile whole = Renamed(
            file,
            name => file.Metadata.TryGetValue(TorchCheckpoint.WrapperKey, out string? wrapper) ? $"{wrapper}.{name}" : name
        )!;
        string[] prefixes = [.. whole.InOrder.SelectMany(tensor => Prefixes(tensor.Name)).Distinct().OrderBy(prefix => prefix.Length)];
        Reading[] readings =
        [
            .. prefixes.Select(prefix => Read(whole, prefix, inner: false)),
            .. prefixes.Select(prefix => Read(whole, prefix, inner: true)),
        ];
        Reading[] fitting = [.. readings.Where(reading => reading.File is { } named && reading.IsWhole && fits(named))];
        // Averages are what is meant where nothing else is there.
        if (fitting.Any(reading => !reading.IsAverage))
            fitting = [.. fitting.Where(reading => !reading.IsAverage)];
        if (fitting.FirstOrDefault(reading => !SameArrays(reading.File!, fitting[0].File!)) is { } other)
            throw new InputException(
                $"'{file.Path}' holds two sets of arrays that fit, under '{fitting[0].Prefix}' and under '{other.Prefix}', and "
                    + $"they differ: save the one that is meant alone."
            );
        if (fitting is [var chosen, ..])
        {
            if (chosen.Note is { } note)
                notes?.Report($"'{file.Path}': {note}{Beside(file)}.");
            return chosen.File!;
        }
        // None does: the closest one lets the reader say what is missing or too much.
        return readings
                .Where(reading => reading.File is not null && reading.IsWhole)
                .MaxBy(reading => reading.File!.InOrder.Count(tensor => known(tensor.Name)))
                ?.File
            ?? file;
    }

    /// <summary>Another set of arrays in the file, such as averaged weights, may be the one that was meant.</summary>
    private static string Beside(TensorFile file) =>
        file.Metadata.TryGetValue(TorchCheckpoint.BesideKey, out string? keys) ? $"; tensors under {keys} are not read" : "";

    /// <summary>What lies under a prefix, without it.</summary>
    /// <param name="Prefix">Empty, or ending in a dot.</param>
    /// <param name="Inner">Whether names are read without wrappers in their middle, too.</param>
    /// <param name="File">The arrays; null where two would have the same name.</param>
    /// <param name="Outside">Names that do not begin with the prefix.</param>
    private sealed record Reading(string Prefix, bool Inner, TensorFile? File, IReadOnlyList<string> Outside)
    {
        /// <summary>
        /// Only what wraps a state dict may have other things beside it, such as a criterion's weights or another network.
        /// </summary>
        public bool IsWhole =>
            Outside.All(name =>
                name.Split('.')[^1] == Averaged
                || Prefix.Split('.').Zip(name.Split('.')).FirstOrDefault(pair => pair.First != pair.Second).First is { } part
                    && (TorchCheckpoint.Wrappers.Contains(part) || TorchCheckpoint.Averages.Contains(part))
            );

        public bool IsAverage => Prefix.Split('.').Any(TorchCheckpoint.Averages.Contains);

        public string? Note =>
            Prefix.Length == 0 && !Inner
                ? null
                : "its names are read without "
                    + (Prefix.Length > 0 ? $"'{Prefix}'" : "")
                    + (Prefix.Length > 0 && Inner ? ", and " : "")
                    + (Inner ? "'_orig_mod.' and 'module.' within" : "")
                    + (
                        Outside.Count == 0
                            ? ""
                            : $", and what lies beside it is left out: {Counted.Of(Outside.Count, "tensor")}, such as "
                                + $"'{FileFaults.Shorten(Outside[0])}'"
                    );
    }

    private static Reading Read(TensorFile file, string prefix, bool inner) =>
        new(
            prefix,
            inner,
            Renamed(
                file,
                name =>
                    !name.StartsWith(prefix, StringComparison.Ordinal) ? null
                    : inner ? WithoutInner(name[prefix.Length..])
                    : name[prefix.Length..]
            ),
            [.. file.InOrder.Select(tensor => tensor.Name).Where(name => !name.StartsWith(prefix, StringComparison.Ordinal))]
        );

    /// <summary>The tensors under other names, those with null left out; null where two would have the same.</summary>
    private static TensorFile? Renamed(TensorFile file, Func<string, string?> rename)
    {
        (StoredTensor Tensor, string? Name)[] named =
        [
            .. file.InOrder.Select(tensor => (tensor, rename(tensor.Name))).Where(pair => pair.Item2 is not null),
        ];
        if (named.DistinctBy(pair => pair.Name).Count() < named.Length)
            return null;
        var unread = file
            .Unread.Select(pair => (Name: rename(pair.Key), pair.Value))
            .Where(pair => pair.Name is not null)
            .DistinctBy(pair => pair.Name)
            .ToDictionary(pair => pair.Name!, pair => pair.Value);
        var metadata = file
            .Metadata.Where(pair => pair.Key is not (TorchCheckpoint.WrapperKey or TorchCheckpoint.BesideKey))
            .ToDictionary();
        return new TensorFile(file.Path, named.Select(pair => pair.Tensor.Renamed(pair.Name!)), metadata) { Unread = unread };
    }

    private static IEnumerable<string> Prefixes(string name)
    {
        int length = 0;
        yield return "";
        while (name.IndexOf('.', length) is var dot and >= 0 && s_known.Contains(name[length..dot]))
            yield return name[..(length = dot + 1)];
    }

    private static string WithoutInner(string name) => string.Join('.', name.Split('.').Where(part => !s_inner.Contains(part)));

    private static bool SameArrays(TensorFile a, TensorFile b) =>
        a.Tensors.Count == b.Tensors.Count
        && a.Tensors.All(pair =>
            b.Tensors.TryGetValue(pair.Key, out StoredTensor? other)
            && pair.Value.Type == other.Type
            && pair.Value.Shape.SequenceEqual(other.Shape)
            && pair.Value.Bytes.Span.SequenceEqual(other.Bytes.Span)
        );
}
