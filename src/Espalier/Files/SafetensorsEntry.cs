namespace Espalier.Files;

/// <summary>What a safetensors header says of one tensor; the places are bytes from the end of the header.</summary>
internal sealed record SafetensorsEntry(string Name, TensorType Type, IReadOnlyList<long> Shape, long Begin, long End);
