using System.Diagnostics;

namespace Espalier.Training;

/// <summary>
/// How often trainings of this process save themselves in the middle of an epoch. It decides of no bit: a training that goes on from there
/// ends like one that was never stopped.
/// </summary>
public static class MidEpochSaves
{
    private static long s_ticks = Usual.Ticks;

    /// <summary>Where nobody chooses: epochs that are over before it are saved at their end alone.</summary>
    public static TimeSpan Usual => TimeSpan.FromMinutes(5);

    /// <summary>
    /// Time after the last save; null for none before an epoch's end. A training that is stopped saves itself in any case.
    /// </summary>
    public static TimeSpan? Every => Interlocked.Read(ref s_ticks) is var ticks && ticks > 0 ? TimeSpan.FromTicks(ticks) : null;

    /// <summary>Chooses for all trainings that follow.</summary>
    /// <param name="every">More than zero; null for none.</param>
    public static void Use(TimeSpan? every)
    {
        if (every is { } given)
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(given, TimeSpan.Zero, nameof(every));
        Interlocked.Exchange(ref s_ticks, every?.Ticks ?? 0);
    }

    /// <summary>Time since the last save of one training.</summary>
    internal sealed class Clock(TimeSpan? every)
    {
        private long _saved = Stopwatch.GetTimestamp();

        public bool IsDue => every is { } time && Stopwatch.GetElapsedTime(_saved) >= time;

        public void Restart() => _saved = Stopwatch.GetTimestamp();
    }
}
