using System.Diagnostics;
using System.Text;
using Espalier.Files;

namespace Espalier.Lab.Engine.Store.Trials;

/// <summary>
/// How long after another process has changed something this one still sees it as it was: everything is looked at before the change, so
/// that whatever the kernel remembers is of before.
/// </summary>
/// <param name="folder">Of this look alone.</param>
internal sealed class StaleLooks(string folder)
{
    /// <summary>What is changed, in the order of <see cref="Wait"/>'s times.</summary>
    public static IReadOnlyList<string> Names { get; } =
    ["a file renewed in place", "a new file in a list", "a name that was missing", "a removed file", "a folder moved into its place"];

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(25);

    private string Renewed => Path.Combine(folder, "renewed");

    private string List => Path.Combine(folder, "list");

    private string Missing => Path.Combine(folder, "missing");

    private string Removed => Path.Combine(folder, "removed");

    private string Moved => Path.Combine(folder, "moved", "manifest");

    /// <summary>Lays everything out.</summary>
    public void Lay()
    {
        Directory.CreateDirectory(List);
        Directory.CreateDirectory(Path.Combine(folder, "work"));
        File.WriteAllText(Path.Combine(List, "first"), "");
        File.WriteAllText(Path.Combine(folder, "work", "manifest"), "finished");
        File.WriteAllText(Removed, "");
        File.WriteAllText(Renewed, Beat(1));
    }

    /// <summary>Looks at everything once.</summary>
    public void Look() => _ = Seen().ToArray();

    /// <summary>Changes everything.</summary>
    public void Change()
    {
        using (var file = new FileStream(Renewed, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0))
            file.Write(Encoding.UTF8.GetBytes(Beat(2)));
        File.WriteAllText(Path.Combine(List, "second"), "");
        File.WriteAllText(Missing, "");
        File.Delete(Removed);
        Directory.Move(Path.Combine(folder, "work"), Path.GetDirectoryName(Moved)!);
    }

    /// <summary>Looks until every change is seen.</summary>
    /// <param name="patience">So long at most.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>When each was, from now on; null for one that was not.</returns>
    public TimeSpan?[] Wait(TimeSpan patience, CancellationToken cancel)
    {
        var times = new TimeSpan?[Names.Count];
        for (long start = Stopwatch.GetTimestamp(); ; )
        {
            TimeSpan now = Stopwatch.GetElapsedTime(start);
            bool[] seen = [.. Seen()];
            for (int i = 0; i < times.Length; i++)
                times[i] ??= seen[i] ? now : null;
            if (times.All(time => time is not null) || now > patience)
                return times;
            cancel.WaitHandle.WaitOne(s_pause);
            cancel.ThrowIfCancellationRequested();
        }
    }

    private IEnumerable<bool> Seen()
    {
        yield return Text(Renewed) == Beat(2);
        yield return Directory.EnumerateFiles(List).Count() > 1;
        yield return File.Exists(Missing);
        yield return !File.Exists(Removed);
        yield return File.Exists(Moved);
    }

    /// <summary>As leases are read: opened anew each time.</summary>
    private static string Text(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd();
    }

    /// <summary>As long as a lease's file, which does not change its length when it is renewed.</summary>
    private static string Beat(int beat) => $"{beat}".PadRight(512);
}
