using System.Collections.Concurrent;

namespace Espalier.Files;

/// <summary>
/// What a process has seen of the holders of leases: one that cannot be looked up is gone when its file has not changed for as long as it
/// said it would at most stay the same, by the clock of whoever looks. Clocks of machines are never compared.
/// </summary>
/// <param name="time">A clock that never goes back.</param>
internal sealed class LeaseWatch(TimeProvider time)
{
    private static readonly TimeSpan EmptyPatience = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, (string Text, long Since)> _seen = new(StringComparer.Ordinal);

    /// <summary>This process's own.</summary>
    public static LeaseWatch Ours { get; } = new(TimeProvider.System);

    /// <summary>The time.</summary>
    public long Now => time.GetTimestamp();

    /// <summary>Whether a holder has said nothing for too long.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="sight">What was read there.</param>
    /// <param name="before">When reading began: whoever is suspended after it has read does not take that for the holder's silence.</param>
    /// <param name="patience">Instead of what the holder says.</param>
    public bool IsSilent(string path, LeaseSight sight, long before, TimeSpan? patience = null)
    {
        TimeSpan limit = patience ?? sight.Holder?.Patience ?? LeaseHolder.DefaultPatience;
        // Only where there are no links is a file empty for a moment, before its maker writes it.
        if (sight.Text.Length == 0 && limit > EmptyPatience)
            limit = EmptyPatience;
        (string, long) now = (sight.Text, Now);
        (string Text, long Since) seen = _seen.AddOrUpdate(path, now, (_, old) => old.Text == sight.Text ? old : now);
        return time.GetElapsedTime(seen.Since, before) >= limit;
    }
}
