namespace Espalier.Files;
/// <summary>t</summary>
public static class TorchCheckpoint
{ /// <summary>t</summary>
    public static TensorFile Read(string path) => throw new InputException(path);
}
