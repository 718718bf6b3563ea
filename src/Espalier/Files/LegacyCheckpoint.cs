using System.Buffers.Binary;

namespace Espalier.Files;

/// <summary>
/// A checkpoint in the format that torch.save wrote before PyTorch 1.6: pickles of a magic number, a protocol, facts of the machine, the
/// value and the names of its storages, then each storage as its number of elements and the elements.
/// </summary>
/// <remarks>Pickles are read, and where storages lie; their elements stay in the file until they are asked for.</remarks>
internal sealed class LegacyCheckpoint
{
    private const long Protocol = 1001;

    // The magic number's pickle; its 10 bytes do not fit in a long.
    private static readonly byte[] Magic = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, (byte)'.'];

    private readonly Dictionary<string, TensorContent> _storages = new(StringComparer.Ordinal);
    private readonly Stream _stream;
    private readonly string _path;

    public LegacyCheckpoint(Stream stream, string path)
    {
        (_stream, _path) = (stream, path);
        var bytes = new PickleBytes(stream);
        if (!bytes.Hold(Magic.Length) || !bytes[..Magic.Length].SequenceEqual(Magic))
            throw Fault("its magic number is another one");
        int at = Magic.Length;
        if (Next(bytes, ref at, out _) is not Protocol)
            throw Fault($"its protocol is not {Protocol}");
        if (Next(bytes, ref at, out _) is not PickleDictionary machine || !IsLittleEndian(machine))
            throw Fault("it does not say that its numbers are little-endian");
        int begin = at;
        Root = Next(bytes, ref at, out TorchGlobals globals);
        PickleLength = at - begin;
        if (Next(bytes, ref at, out _) is not PickleList names)
            throw Fault("a list of its storages is missing");
        long position = at;
        foreach (object? name in names.Items)
            position = Place(position, name as string, globals);
        if (position != stream.Length)
            throw Fault($"{stream.Length - position} bytes follow its last storage");
    }

    /// <summary>The value, such as a dictionary of tensors.</summary>
    public object? Root { get; }

    /// <summary>Bytes of its pickle.</summary>
    public int PickleLength { get; }

    /// <summary>The elements of a storage, to be read while the stream is open.</summary>
    public TensorContent FindStorage(string key) =>
        _storages.TryGetValue(key, out TensorContent? found) ? found : throw Fault($"it has no storage '{FileFaults.Shorten(key)}'");

    private object? Next(PickleBytes bytes, ref int at, out TorchGlobals globals)
    {
        PickleMachine machine = new(bytes, _path, at);
        object? value = machine.Run();
        at = machine.Position;
        globals = machine.Globals;
        return value;
    }

    private long Place(long at, string? name, TorchGlobals globals)
    {
        if (name is null || !globals.Sizes.TryGetValue(name, out int size))
            throw Fault("it lists a storage that no tensor has");
        string label = FileFaults.Shorten(name);
        if (_stream.Length - at < sizeof(long))
            throw new InputException($"'{_path}' is cut off before its storage '{label}'.");
        Span<byte> stored = stackalloc byte[sizeof(long)];
        _stream.Position = at;
        _stream.ReadExactly(stored);
        long count = BinaryPrimitives.ReadInt64LittleEndian(stored);
        at += sizeof(long);
        if (count < 0 || (Int128)count * size > _stream.Length - at)
            throw new InputException($"'{_path}' is cut off: its storage '{label}' should have {count} elements of {size} bytes.");
        long length = count * size;
        if (length > Array.MaxLength)
            throw new InputException($"'{_path}' holds '{label}' of {length} bytes, the limit is {Array.MaxLength}.");
        if (!_storages.TryAdd(name, StreamContent.At(_stream, _path, at, (int)length)))
            throw Fault($"it lists the storage '{label}' twice");
        return at + length;
    }

    private static bool IsLittleEndian(PickleDictionary machine) =>
        machine.Pairs.FindLast(pair => "little_endian".Equals(pair.Key)).Value is true;

    private InputException Fault(string what) => new($"'{_path}' is damaged, or no checkpoint in PyTorch's old format: {what}.");
}
