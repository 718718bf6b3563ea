namespace Espalier.Files;

/// <summary>
/// What a file is by its first bytes. Names and endings decide nothing: <c>.th</c>, <c>.ckpt</c> and <c>.pth.tar</c> hold the same zip.
/// </summary>
internal enum FileKind
{
    Unknown,
    Empty,
    Safetensors,
    Zip,
    OldCheckpoint,
    Pickle,
    Gzip,
    Tar,
    Hdf5,
    NumPy,
    Json,
}
