namespace Espalier.Files;

/// <summary>The kinds of file that tensors are written to.</summary>
public static class TensorFormat
{
    private static readonly string[] s_torch = [".pth", ".pt", ".th", ".ckpt", ".bin"];
    private const string OfSafetensors = ".safetensors";

    /// <summary>The endings of names that say what is to be written.</summary>
    public static IReadOnlyList<string> Endings { get; } = [OfSafetensors, .. s_torch];

    /// <summary>Refuses a name that does not say what is to be written.</summary>
    /// <exception cref="InputException">It has another ending.</exception>
    public static void MustBeKnown(string path)
    {
        if (!IsSafetensors(path) && !IsTorch(path))
            throw new InputException(
                $"The ending of '{path}' does not say what to write; expected .safetensors, or {string.Join(", ", s_torch[..^1])} or "
                    + $"{s_torch[^1]} for PyTorch."
            );
    }

    /// <summary>Writes safetensors or a PyTorch state dict, whichever the ending of the name says.</summary>
    /// <inheritdoc cref="TorchCheckpointWriter.Write(string, IEnumerable{StoredTensor}, IReadOnlyDictionary{string, string})"/>
    public static void Write(string path, IEnumerable<StoredTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        MustBeKnown(path);
        if (IsSafetensors(path))
            Safetensors.Write(path, tensors, metadata);
        else
            TorchCheckpointWriter.Write(path, tensors, metadata);
    }

    private static bool IsSafetensors(string path) => path.EndsWith(OfSafetensors, StringComparison.OrdinalIgnoreCase);

    private static bool IsTorch(string path) => s_torch.Any(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
}
