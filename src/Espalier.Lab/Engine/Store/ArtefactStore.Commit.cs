using System.Security.Cryptography;
using Espalier.Files;

namespace Espalier.Lab.Engine.Store;

/// <content>Artefacts come into their place, and damaged ones out of it.</content>
public sealed partial class ArtefactStore
{
    /// <summary>
    /// Puts what a stage left in its work folder in its place, as a whole. What is finished there already stays, and the newcomer yields.
    /// </summary>
    /// <param name="stage">The stage.</param>
    /// <param name="result">Its numbers.</param>
    /// <param name="images">Digests of the images it read.</param>
    /// <param name="provenance">Who did it.</param>
    /// <param name="folder">Where it worked, if that was not the stage's one work folder.</param>
    public Manifest Commit(
        Stage stage,
        StageResult result,
        IReadOnlyDictionary<string, string> images,
        Provenance provenance,
        string? folder = null
    )
    {
        string work = folder ?? WorkFolder(stage),
            final = FolderOf(stage.Kind, stage.Id);
        MustBeThere();
        try
        {
            // A holder's own folder that is not there was taken over by another, with all that was in it.
            if (folder is null)
                Directory.CreateDirectory(work);
            var files = new SortedDictionary<string, ArtefactFile>(StringComparer.Ordinal);
            foreach (string path in Directory.EnumerateFiles(work))
            {
                string name = Path.GetFileName(path);
                if (IsRemnant(name))
                    File.Delete(path);
                else
                    files[name] = Describe(path);
            }
            var manifest = new Manifest(
                Manifest.CurrentFormat,
                stage.Id,
                stage.Title,
                stage.Describe(),
                images,
                files,
                result.Numbers,
                stage.Epochs,
                provenance
            );
            AtomicFile.WriteText(Path.Combine(work, Manifest.FileName), manifest.ToJson() + "\n");
            MustBeAllThere(work, files);
            Directory.CreateDirectory(Path.GetDirectoryName(final)!);
            Manifest placed = Place(stage, work, final) ? _known[stage.Id] = manifest : Find(stage)!;
            if (work != WorkFolder(stage))
                WorkPlace.Clear(WorkFolder(stage));
            return placed;
        }
        catch (Exception fault) when (FileFaults.IsFault(fault))
        {
            throw FileFaults.Writing(final, fault);
        }
    }

    /// <summary>
    /// Writing the manifest makes its folder where there is none: had the others been taken over while this process was suspended, it would
    /// stand there alone.
    /// </summary>
    private static void MustBeAllThere(string work, SortedDictionary<string, ArtefactFile> files)
    {
        foreach ((string name, ArtefactFile file) in files)
            if (new FileInfo(Path.Combine(work, name)) is not { Exists: true } info || info.Length != file.Bytes)
                throw new DirectoryNotFoundException($"'{name}' is not there any more");
    }

    /// <summary>Whether a file in a work folder was left by a killed attempt.</summary>
    internal static bool IsRemnant(string name) =>
        name.Contains(".part-", StringComparison.Ordinal)
        || name == Manifest.FileName
        || name.StartsWith(FolderLock.FileName, StringComparison.Ordinal);

    /// <summary>Moves a finished folder into its place.</summary>
    /// <returns>False if one as good is there; then this one is removed.</returns>
    private bool Place(Stage stage, string work, string final)
    {
        while (true)
        {
            if (Directory.Exists(final) && SetAside(stage) is null && Directory.Exists(final))
            {
                Directory.Delete(work, recursive: true);
                return false;
            }
            try
            {
                Directory.Move(work, final);
                return true;
            }
            catch (IOException) when (Directory.Exists(work) && Directory.Exists(final))
            {
                // Somebody else's came in between: look at it.
            }
        }
    }

    /// <summary>
    /// Moves what lies in a stage's place out of the way, into <c>damaged</c>, so that the stage can be done again. An artefact whose every
    /// file is as its manifest says stays: another run may have made it again by now.
    /// </summary>
    /// <returns>Where it went, relative to the store; none if there was nothing, or nothing wrong with it.</returns>
    public string? SetAside(Stage stage)
    {
        string folder = FolderOf(stage.Kind, stage.Id);
        Forget(stage.Id);
        if (!Directory.Exists(folder) || StoreCare.Problem(folder, stage.Id) is null)
            return null;
        Directory.CreateDirectory(Path.Combine(Folder, "damaged"));
        for (int i = 1; ; i++)
        {
            string place = Path.Combine("damaged", $"{stage.Id}-{i}");
            if (Directory.Exists(Path.Combine(Folder, place)))
                continue;
            Directory.Move(folder, Path.Combine(Folder, place));
            return place;
        }
    }

    /// <summary>Length and checksum of a file.</summary>
    /// <exception cref="InputException">It cannot be read.</exception>
    internal static ArtefactFile Describe(string path) =>
        FileFaults.Reading(
            path,
            () =>
            {
                using FileStream stream = FileFaults.Open(path);
                return new ArtefactFile(stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream)));
            }
        );
}
