namespace Espalier.Lab.Engine.Store;

/// <content>What lies in a store, finished or not, ours or not.</content>
public sealed partial class ArtefactStore
{
    /// <summary>Kind and id of every artefact's folder, valid or not.</summary>
    public IEnumerable<(string Kind, string Id)> Folders() =>
        from kind in SubFolders(StagesFolder)
        from prefix in SubFolders(kind)
        from folder in SubFolders(prefix)
        let id = Path.GetFileName(folder)
        where IsPlace(prefix, id)
        select (Path.GetFileName(kind), id);

    /// <summary>Folders among the artefacts that are none, relative to the store.</summary>
    public IEnumerable<string> ForeignFolders() =>
        from kind in SubFolders(StagesFolder)
        from prefix in SubFolders(kind)
        from folder in SubFolders(prefix).DefaultIfEmpty(prefix)
        where folder != prefix ? !IsPlace(prefix, Path.GetFileName(folder)) : Path.GetFileName(prefix).Length != 2
        select Path.GetRelativePath(Folder, folder);

    private static bool IsPlace(string prefix, string id) =>
        id.Length == 32 && id.All(char.IsAsciiHexDigitLower) && id.StartsWith(Path.GetFileName(prefix), StringComparison.Ordinal);

    private static IEnumerable<string> SubFolders(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal) : [];
}
