namespace Espalier.Files;

/// <summary>
/// Reads the state dict in a PyTorch checkpoint (<c>.pt</c>, <c>.pth</c>, of PyTorch 1.6 and later or in the format before) without PyTorch
/// and without running anything from the file: of Python's pickle language only what describes data is understood.
/// </summary>
/// <remarks>
/// A state dict may be the whole file or lie under <c>state_dict</c>, <c>model_state_dict</c>, <c>model_state</c>, <c>model</c>,
/// <c>net</c>, <c>network</c>, <c>params</c> or <c>module</c>, even one within another, or, where there is none of these, under names of
/// averages such as <c>ema</c>; the rest of the file, such as the optimizer, is then left out. Where several of these hold tensors, all are
/// read and their names begin with the key. Names of nested dictionaries are joined with dots, prefixes such as <c>module.</c> stay; values
/// that are no tensors are skipped, Python objects among them without being made. The pairs <c>X_orig</c> and <c>X_mask</c> of
/// torch.nn.utils.prune keep their names. Views are copied into row-major order; tensors may share bytes where PyTorch's share a storage.
/// </remarks>
public static class TorchCheckpoint
{
    /// <summary>
    /// The metadata key that tells under which name the state dict lay, names within each other joined with dots; absent if it was the
    /// whole file.
    /// </summary>
    public const string WrapperKey = "torch.wrapper";

    /// <summary>The metadata key that names what lay beside the state dict and holds tensors too; absent if there was nothing.</summary>
    internal const string BesideKey = "torch.beside";

    /// <summary>What training scripts commonly call the network's part of a checkpoint.</summary>
    internal static IReadOnlyList<string> Wrappers => TorchStateDict.Wrappers;

    /// <summary>What they call averages of its weights.</summary>
    internal static IReadOnlyList<string> Averages => TorchStateDict.Averages;

    // Room beyond the file's own size: for expanded views in bytes, for shared values in visits.
    private const long Allowance = 1 << 20;

    /// <summary>Reads a checkpoint.</summary>
    /// <exception cref="InputException">The file is absent, unreadable, damaged, or holds something else than a state dict.</exception>
    public static TensorFile Read(string path)
    {
        using FileStream stream = FileFaults.Open(path);
        return Read(stream, path);
    }

    /// <summary>Reads a checkpoint from a stream that can seek; it is left open.</summary>
    /// <param name="stream">The content.</param>
    /// <param name="path">What messages call it.</param>
    /// <exception cref="InputException">The content is damaged, or holds something else than a state dict.</exception>
    public static TensorFile Read(Stream stream, string path) => Open(stream, path).Loaded();

    /// <summary>Reads the description alone; the tensors are read from the stream when they are asked for.</summary>
    internal static TensorFile Open(Stream stream, string path)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return FileFaults.ReadingZip(
            path,
            () =>
            {
                if (FileKinds.Of(stream) == FileKind.OldCheckpoint)
                {
                    LegacyCheckpoint legacy = new(stream, path);
                    return Gather(legacy.Root, legacy.PickleLength, legacy.FindStorage, stream.Length, path, []);
                }
                TorchArchive archive = new(stream, path);
                byte[] pickle = archive.ReadPickle();
                object? root = new PickleMachine(new PickleBytes(pickle), path).Run();
                return Gather(root, pickle.Length, archive.FindStorage, stream.Length, path, archive.ReadDescription());
            }
        );
    }

    private static TensorFile Gather(
        object? root,
        int pickleLength,
        Func<string, TensorContent> find,
        long fileLength,
        string path,
        Dictionary<string, string> metadata
    )
    {
        FlatDict found = TorchStateDict.Flatten(root, pickleLength + Allowance / 16, path);
        TorchStorages storages = new(find, path, 4 * fileLength + Allowance);
        StoredTensor[] tensors = [.. found.Views.Select(view => storages.Materialise(view.Key, view.Value))];
        metadata.Remove(WrapperKey);
        metadata.Remove(BesideKey);
        if (found.Wrapper != null)
            metadata[WrapperKey] = found.Wrapper;
        if (found.Beside.Count > 0)
            metadata[BesideKey] = string.Join(", ", found.Beside.Select(key => $"'{FileFaults.Shorten(key)}'"));
        return new TensorFile(path, tensors, metadata) { Unread = found.Unread };
    }
}
