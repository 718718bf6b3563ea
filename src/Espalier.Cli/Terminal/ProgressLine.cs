using System.Diagnostics;

namespace Espalier.Cli.Terminal;

/// <summary>
/// Shows how far something long is: on a terminal a line that renews itself, with a line below for each part that goes on at the same time;
/// in a pipe a line every half minute. With the time gone and the time left.
/// </summary>
internal sealed class ProgressLine(Output output, bool quiet) : IDisposable
{
    private static readonly TimeSpan LiveInterval = TimeSpan.FromMilliseconds(150),
        PlainInterval = TimeSpan.FromSeconds(30);

    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly Lock _lock = new();
    private TimeSpan _shown = -PlainInterval;
    private double? _first;
    private int _lines;

    /// <param name="share">Done, in [0, 1], of everything.</param>
    /// <param name="text">What is being done, and how it goes.</param>
    /// <param name="parts">What goes on at the same time.</param>
    public void Show(double share, string text, params IReadOnlyList<string> parts)
    {
        if (quiet)
            return;
        lock (_lock)
        {
            TimeSpan elapsed = Stopwatch.GetElapsedTime(_start);
            _first ??= share; // what was finished by an earlier run says nothing about this one's speed
            if (elapsed - _shown < (output.IsStatusLive ? LiveInterval : PlainInterval))
                return;
            _shown = elapsed;
            double done = share - _first.Value;
            string left = done > 0.002 ? $"{Format(elapsed * ((1 - share) / done))} left" : "";
            if (output.IsStatusLive)
                Renew([$"{Bar(share)} {share, 4:0%}  {text}  {Format(elapsed)}  {left}", .. parts.Select(part => $"  {part}")]);
            else
                output.Err.WriteLine(
                    $"{share, 4:0%}  {text}{string.Concat(parts.Select(part => $"; {part}"))}  {Format(elapsed)}  {left}".TrimEnd()
                );
        }
    }

    /// <summary>Says something that stays, above the lines that renew themselves.</summary>
    /// <param name="sentence">Without its full stop.</param>
    public void Note(string sentence)
    {
        if (quiet)
            return;
        lock (_lock)
        {
            Clear();
            output.Note(sentence);
        }
    }

    public void Dispose() => Clear();

    private void Renew(IReadOnlyList<string> lines)
    {
        Clear();
        int width = Math.Max(20, output.Status.Profile.Width - 1);
        output.Err.Write(string.Join("\n", lines.Select(line => line[..Math.Min(line.Length, width)])));
        _lines = lines.Count;
    }

    private void Clear()
    {
        if (_lines == 0)
            return;
        output.Err.Write(_lines > 1 ? $"\r\u001b[{_lines - 1}A\u001b[J" : "\r\u001b[K");
        _lines = 0;
    }

    private static string Bar(double share)
    {
        const int Width = 24;
        int filled = (int)Math.Clamp(share * Width, 0, Width);
        return $"{new string('█', filled)}{new string('░', Width - filled)}";
    }

    private static string Format(TimeSpan time) =>
        time.TotalHours >= 1 ? $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}" : $"{time.Minutes}:{time.Seconds:00}";
}
