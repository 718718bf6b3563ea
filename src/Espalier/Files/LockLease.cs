namespace Espalier.Files;

/// <summary>A lease as a lock of the operating system.</summary>
internal sealed class LockLease : Lease
{
    private readonly FileLock _lock;

    private LockLease(FileLock held) => _lock = held;

    /// <inheritdoc/>
    public override CancellationToken Lost => CancellationToken.None;

    /// <inheritdoc/>
    public override string? Token => null;

    /// <inheritdoc/>
    /// <remarks>The kernel of this machine keeps the lock as long as the process has the file open.</remarks>
    public override bool Confirm() => true;

    public static new LockLease? TryTake(string path) => FileLock.TryTake(path) is { } held ? new LockLease(held) : null;

    /// <inheritdoc/>
    public override void Retire() => Dispose();

    /// <inheritdoc/>
    public override void Dispose() => _lock.Dispose();
}
