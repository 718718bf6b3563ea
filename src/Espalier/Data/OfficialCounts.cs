namespace Espalier.Data;

/// <summary>
/// The numbers of images in official files are known, so one that was cut between two images is told from a whole one. Whoever makes a
/// smaller or larger set in the same format on purpose says so by a file beside the others.
/// </summary>
internal static class OfficialCounts
{
    /// <summary>
    /// Name of the file that says that a folder or archive holds another selection than the official one; what is in it does not matter.
    /// </summary>
    public const string SubsetFile = "subset.txt";

    /// <summary>Refuses another number of images than the official one.</summary>
    /// <param name="path">What messages call the file.</param>
    /// <param name="found">Images that it holds.</param>
    /// <param name="expected">Images of the official file.</param>
    /// <param name="set">The data set's name.</param>
    /// <param name="isSubset">Whether the files say that they are not the official ones.</param>
    /// <exception cref="InputException">The number is another one, and nothing says that this is meant.</exception>
    public static void MustHold(string path, long found, long expected, string set, bool isSubset)
    {
        if (found != expected && !isSubset)
            throw new InputException(
                $"'{path}' holds {Counted.Of(found, "image")}, the official file of {set} {expected}: it was "
                    + $"{(found < expected ? "cut" : "changed")}, "
                    + $"or it is of a selection made on purpose, which a file '{SubsetFile}' beside it would say."
            );
    }
}
