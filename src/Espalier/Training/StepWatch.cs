using System.Globalization;

namespace Espalier.Training;

/// <summary>
/// Notices, once, that steps have become several times slower than they were. Threads of one computation wait for each other after every
/// piece of it; when other work takes one of their cores, all of them wait for the one that has none.
/// </summary>
/// <param name="threads">Of the training.</param>
internal sealed class StepWatch(int threads)
{
    private const double Times = 4,
        LongEnoughSeconds = 5;

    private double _best = double.PositiveInfinity,
        _slowSeconds;
    private bool _said;

    /// <summary>Adds what the next steps took.</summary>
    /// <param name="seconds">Of some steps, always as many.</param>
    /// <returns>What to tell the user, without its full stop; mostly nothing.</returns>
    public string? Add(double seconds)
    {
        _best = Math.Min(_best, seconds);
        _slowSeconds = seconds >= Times * _best ? _slowSeconds + seconds : 0; // a hiccup is no slowness
        if (_said || _slowSeconds < LongEnoughSeconds)
            return null;
        _said = true;
        string slow = string.Create(
            CultureInfo.InvariantCulture,
            $"training steps take {seconds / _best:0} times as long as they did: other work is on the cores of this training"
        );
        return threads == 1
            ? $"{slow}; it would help to leave it one free"
            : $"{slow}, whose {threads} threads wait for each other; it would help to leave it {threads} cores, or to begin it "
                + $"with fewer threads";
    }
}
