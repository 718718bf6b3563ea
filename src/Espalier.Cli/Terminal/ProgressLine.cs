using System.Diagnostics;

namespace Espalier.Cli.Terminal;

/// <summary>
/// Shows how far something long is: on a terminal one line that renews itself, in a pipe a line every half minute; with the rate and the time left.
/// </summary>
internal sealed class ProgressLine(Output output, bool quiet) : IDisposable
{
    private static readonly TimeSpan LiveInterval = TimeSpan.FromMilliseconds(150), PlainInterval = TimeSpan.FromSeconds(30);

    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly Lock _lock = new();
    private TimeSpan _shown = -PlainInterval;
    private double? _first;
    private bool _open;

    /// <param name="share">Done, in [0, 1], of everything.</param>
    /// <param name="text">What is being done, and how it goes.</param>
    public void Show(double share, string text)
    {
        if (quiet) return;
        lock (_lock)
        {
            TimeSpan elapsed = Stopwatch.GetElapsedTime(_start);
            _first ??= share; // what was finished by an earlier run says nothing about this one's speed
            if (elapsed - _shown < (output.IsStatusLive ? LiveInterval : PlainInterval)) return;
            _shown = elapsed;
            double done = share - _first.Value;
            string left = done > 0.002 ? $"{Format(elapsed * ((1 - share) / done))} left" : "";
            if (output.IsStatusLive)
            {
                const int Width = 24;
                int filled = (int)Math.Clamp(share * Width, 0, Width);
                string line = $"{new string('█', filled)}{new string('░', Width - filled)} {share,4:0%}  {text}  {Format(elapsed)}  {left}";
                output.Err.Write($"\r\u001b[K{line[..Math.Min(line.Length, Math.Max(20, output.Status.Profile.Width - 1))]}");
                _open = true;
            }
            else output.Err.WriteLine($"{share,4:0%}  {text}  {Format(elapsed)}  {left}".TrimEnd());
        }
    }

    public void Dispose()
    {
        if (_open) output.Err.Write("\r\u001b[K");
    }

    private static string Format(TimeSpan time) => time.TotalHours >= 1 ? $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}" : $"{time.Minutes}:{time.Seconds:00}";
}
