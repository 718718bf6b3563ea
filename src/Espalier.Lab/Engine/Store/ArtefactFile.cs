namespace Espalier.Lab.Engine.Store;

/// <summary>A file of an artefact.</summary>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Of its content, lower-case hexadecimal.</param>
public sealed record ArtefactFile(long Bytes, string Sha256);
