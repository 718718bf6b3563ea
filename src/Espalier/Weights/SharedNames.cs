using Espalier.Files;
using Espalier.Networks;

namespace Espalier.Weights;

/// <summary>
/// Second names of arrays that several nodes use. PyTorch's state dicts hold a tied array under the name of each module; which of these
/// names a file has does not matter, as long as they say the same.
/// </summary>
internal static class SharedNames
{
    /// <summary>The name that an array of a file has in the network.</summary>
    /// <param name="network">Its second names.</param>
    public static Func<string, string> Of(Network network)
    {
        Dictionary<string, string> first = network
            .Shared.Where(shared => shared.IsNamed)
            .ToDictionary(shared => shared.Name, shared => shared.Array.Name, StringComparer.Ordinal);
        return name => first.GetValueOrDefault(name, name);
    }

    /// <summary>The file with each array once, under its first name.</summary>
    /// <exception cref="InputException">An array is there under two names, and they differ.</exception>
    public static TensorFile Joined(TensorFile file, Network network)
    {
        if (network.Shared.Count == 0)
            return file;
        Func<string, string> first = Of(network);
        var found = new Dictionary<string, StoredTensor>(StringComparer.Ordinal);
        var kept = new List<StoredTensor>();
        foreach (StoredTensor tensor in file.InOrder)
        {
            string array = PrunedPairs.ArrayOf(tensor.Name),
                name = first(tensor.Name) is var plain && plain != tensor.Name ? plain : first(array) + tensor.Name[array.Length..];
            if (found.TryAdd(name, tensor))
                kept.Add(name == tensor.Name ? tensor : tensor.Renamed(name));
            else if (!IsSame(found[name], tensor))
                throw new InputException(
                    $"'{file.Path}' holds '{FileFaults.Shorten(found[name].Name)}' and '{FileFaults.Shorten(tensor.Name)}', which differ; "
                        + $"{network.Name} has one array for both."
                );
        }
        return new TensorFile(file.Path, kept, file.Metadata) { Unread = file.Unread };
    }

    private static bool IsSame(StoredTensor one, StoredTensor other) =>
        one.Type == other.Type && one.Shape.SequenceEqual(other.Shape) && one.Bytes.Span.SequenceEqual(other.Bytes.Span);
}
