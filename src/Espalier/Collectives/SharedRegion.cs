using System.IO.MemoryMappedFiles;
using System.Text;

namespace Espalier.Collectives;

/// <summary>
/// Memory that the ranks of one machine share: a line for each of them, what ended their work, and two buffers each, used in turn.
/// </summary>
internal sealed unsafe class SharedRegion : IDisposable
{
    /// <summary>Bytes of one buffer: of a size that a core's own cache holds with another rank's beside it.</summary>
    public const int Piece = 1 << 20;

    private const long Magic = 0x3130_6b6e_6172_7365; // "esrank01" in memory
    private const int Line = 128, // ranks' counters lie apart, or each would take the other's line from its core
        Reason = 1024,
        Page = 4096;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private readonly int _ranks;

    private SharedRegion(MemoryMappedFile file, int ranks)
    {
        (_file, _ranks) = (file, ranks);
        try
        {
            _view = file.CreateViewAccessor();
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        }
        catch
        {
            _view?.Dispose();
            file.Dispose(); // not when a finalizer gets to it
            throw;
        }
    }

    /// <summary>How many barriers a rank has come to.</summary>
    public ref long Arrived(int rank) => ref Slot(rank, 0);

    /// <summary>Its process; 0 until it has joined.</summary>
    public ref long ProcessId(int rank) => ref Slot(rank, 1);

    /// <summary>When that began.</summary>
    public ref long Began(int rank) => ref Slot(rank, 2);

    /// <summary>Not 0 once it wants nothing more.</summary>
    public ref long Left(int rank) => ref Slot(rank, 3);

    /// <summary>A rank's buffer: <see cref="Piece"/> bytes.</summary>
    public byte* Buffer(int rank, long turn) => _start + Header(_ranks) + (rank * 2 + (turn & 1)) * Piece;

    /// <summary>Why the work ended; null while it goes on.</summary>
    public string? Ended
    {
        get
        {
            if (Volatile.Read(ref Slot(_ranks, 0)) != 2)
                return null;
            var text = new ReadOnlySpan<byte>(Text, Reason);
            return Encoding.UTF8.GetString(text[..Math.Max(0, text.IndexOf((byte)0))]);
        }
    }

    /// <summary>Ends it, unless another did.</summary>
    public void End(string reason)
    {
        ref long state = ref Slot(_ranks, 0);
        if (Interlocked.CompareExchange(ref state, 1, 0) != 0)
            return;
        byte[] text = Encoding.UTF8.GetBytes(reason);
        text.AsSpan(0, Math.Min(text.Length, Reason - 1)).CopyTo(new Span<byte>(Text, Reason));
        Volatile.Write(ref state, 2);
    }

    private byte* Text => _start + Line * (_ranks + 2);

    private ref long Slot(int line, int field) => ref ((long*)(_start + Line * (line + 1)))[field];

    private static int Header(int ranks) => (Line * (ranks + 2) + Reason + Page - 1) / Page * Page;

    /// <summary>Makes it; whoever finds the file finds it whole.</summary>
    /// <exception cref="IOException">There is no room for it.</exception>
    public static SharedRegion Create(string path, int ranks)
    {
        string draft = path + ".draft";
        long bytes = Header(ranks) + 2L * ranks * Piece;
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            PreallocationSize = bytes, // a place that is full says so now, instead of ending the process when it is written
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(draft, options))
        {
            file.SetLength(bytes);
            file.Write(BitConverter.GetBytes(Magic));
            file.Write(BitConverter.GetBytes((long)ranks));
        }
        File.Move(draft, path);
        return Open(path, ranks) ?? throw new IOException($"'{path}' was changed while it was made");
    }

    /// <summary>Opens what another made; null where it is not there yet.</summary>
    /// <exception cref="InputException">It is for another number of ranks.</exception>
    public static SharedRegion? Open(string path, int ranks)
    {
        FileStream opened;
        try
        {
            opened = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        var file = MemoryMappedFile.CreateFromFile(
            opened,
            null,
            0,
            MemoryMappedFileAccess.ReadWrite,
            HandleInheritability.None,
            leaveOpen: false
        );
        var region = new SharedRegion(file, ranks);
        long* first = (long*)region._start;
        if (first[0] == Magic && first[1] == ranks)
            return region;
        string found = first[0] == Magic ? $"is for {Counted.Of((int)first[1], "rank")}" : "is of another version of the program";
        region.Dispose();
        throw new InputException($"The shared memory '{path}' {found}; expected that of {Counted.Of(ranks, "rank")}.");
    }

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }
}
