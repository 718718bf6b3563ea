using Espalier.Files;

namespace Espalier.Weights;

/// <summary>
/// How other tools name the masks of a network beside <c>X</c> and <c>X_mask</c>: all of them under a key such as <c>masks</c>, or as
/// <c>X.mask</c>, where X may be the layer whose weight is masked.
/// </summary>
internal static class MaskNames
{
    private const string Ending = ".mask",
        Weight = ".weight",
        Wrapper = "module.";

    private static readonly string[] s_keys = ["mask.", "masks.", "mask_dict.", "masks_dict."];

    /// <summary>The masks under the names of what they mask.</summary>
    /// <param name="file">As it was read.</param>
    /// <param name="known">Whether a name is one of the network's weights.</param>
    /// <returns>The file itself where its names are not of these kinds.</returns>
    public static TensorFile Plain(TensorFile file, Func<string, bool> known)
    {
        if (file.InOrder.Count == 0 || file.InOrder.Any(tensor => known(tensor.Name)))
            return file;
        string key = s_keys.FirstOrDefault(key => All(file, name => name.StartsWith(key, StringComparison.Ordinal)), "");
        bool ending = All(file, name => name.EndsWith(Ending, StringComparison.Ordinal));
        if (key.Length == 0 && !ending)
            return file;
        StoredTensor[] named = [.. file.InOrder.Select(tensor => tensor.Renamed(Of(tensor.Name)))];
        return named.DistinctBy(tensor => tensor.Name).Count() < named.Length
            ? file
            : new TensorFile(file.Path, named, file.Metadata) { Unread = file.Unread };

        string Of(string name)
        {
            name = name[key.Length..];
            if (!ending)
                return name;
            name = name[..^Ending.Length];
            // The key of a wrapper before it is left out later, as it is before any name.
            return known(name[(name.StartsWith(Wrapper, StringComparison.Ordinal) ? Wrapper.Length : 0)..] + Weight) ? name + Weight : name;
        }
    }

    private static bool All(TensorFile file, Func<string, bool> holds) => file.InOrder.All(tensor => holds(tensor.Name));
}
