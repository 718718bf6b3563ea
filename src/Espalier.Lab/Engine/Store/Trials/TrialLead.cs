using System.Diagnostics;
using System.Globalization;
using Espalier.Files;

namespace Espalier.Lab.Engine.Store.Trials;

/// <summary>The side of a trial that says what is done next, and does its part of it.</summary>
internal sealed class TrialLead(
    TrialFolder place,
    string token,
    TrialChannel channel,
    IProgress<(double Share, string What)>? told,
    CancellationToken cancel
)
{
    private const int Names = 1000,
        Links = 100,
        Reads = 400,
        Turns = 150,
        MostStaleSeconds = 100;

    /// <summary>What is done, in this order, for people.</summary>
    private static readonly (string What, string Words)[] s_steps =
    [
        ("create", "making files"),
        ("link", "linking files"),
        ("read", "replacing a file"),
        ("hold", "taking leases"),
        ("lock", "taking locks"),
        ("look", "looking"),
        ("see", "looking for changes"),
    ];

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2 * MostStaleSeconds);

    /// <summary>Finds out everything that takes two.</summary>
    /// <param name="known">What is known already.</param>
    /// <exception cref="InputException">The other process is gone, or something cannot be done there at all.</exception>
    public TrialFacts Find(TrialFacts known)
    {
        LeaseHolder holder = LeaseHolder.New();
        int created = 0,
            linked = 0,
            held = 0,
            overlaps = 0,
            faults = 0;
        string[] creating = Ask("create", part => created = TrialRace.Create(part, Names), $"{Names}"),
            linking = Ask("link", part => linked = TrialRace.Link(part, Links), $"{Links}"),
            reading = Replaced(),
            holding = Ask(
                "hold",
                part => (held, overlaps, faults) = TrialHolding.Hold(part, known.IsByLocks, Turns),
                known.IsByLocks ? "locks" : "files",
                $"{Turns}"
            );
        (string heldLock, string freeLock) = Locks();
        return known with
        {
            Names = Names,
            Created = created + Number(creating[0]),
            Links = Links,
            Linked = linked + Number(linking[0]),
            Read = Reads,
            Unfit = (Number(reading[0]), Number(reading[1])),
            Held = held + Number(holding[0]),
            Overlaps = overlaps + Number(holding[1]),
            Faults = faults + Number(holding[2]),
            HeldLock = heldLock,
            FreeLock = freeLock,
            Seen = Seen(),
            Patience = holder.Patience,
            Interval = holder.Interval,
        };
    }

    /// <summary>Tells the other side that it is over.</summary>
    public static void End(TrialChannel channel)
    {
        try
        {
            channel.Send("end");
        }
        catch (InputException)
        {
            // It is gone, or finds out when it has waited for long enough.
        }
    }

    private string[] Replaced()
    {
        string part = Directory.CreateDirectory(place.Of(token, "read")).FullName;
        var file = new TrialReplacing(part);
        file.Replace(0);
        Say("read", $"{Reads}");
        for (int time = 1; ; time++)
        {
            file.Replace(time);
            if (channel.TryReceive() is { } words)
                return Checked(words);
            if (time % 50 == 0)
                cancel.ThrowIfCancellationRequested();
        }
    }

    private (string Held, string Free) Locks()
    {
        string part = Directory.CreateDirectory(place.Of(token, "lock")).FullName;
        try
        {
            string whileHeld;
            using (FileLock? mine = TrialLock.Take(part))
                whileHeld = Ask("lock")[0];
            return (whileHeld, Ask("lock")[0]);
        }
        catch (InputException) when (!Directory.Exists(part) || TrialLock.Try(part) == TrialLock.None)
        {
            return (TrialLock.None, TrialLock.None);
        }
    }

    /// <summary>The time that a message takes counts as the other's: it is not known when within it the change was there.</summary>
    private TimeSpan?[] Seen()
    {
        var looks = new StaleLooks(place.Of(token, "look"));
        looks.Lay();
        long start = Stopwatch.GetTimestamp();
        Ask("look");
        TimeSpan way = Stopwatch.GetElapsedTime(start);
        looks.Change();
        return
        [
            .. Ask("see", null, $"{MostStaleSeconds}")
                .Select(word => word == "never" ? (TimeSpan?)null : TimeSpan.FromMilliseconds(Number(word)) + way),
        ];
    }

    /// <summary>Has the other do something, and does its own part at the same time.</summary>
    private string[] Ask(string what, Action<string>? own = null, params string[] words)
    {
        string part = Directory.CreateDirectory(place.Of(token, what)).FullName;
        Say(what, words);
        own?.Invoke(part);
        return Checked(channel.Receive(s_patience, cancel));
    }

    private void Say(string what, params string[] words)
    {
        int step = Array.FindIndex(s_steps, step => step.What == what);
        told?.Report((0.2 + 0.8 * step / s_steps.Length, s_steps[step].Words));
        channel.Send([what, .. words]);
        Checked(channel.Receive(s_patience, cancel));
    }

    private static string[] Checked(string[]? words) =>
        words switch
        {
            null => throw new InputException("The other process does not answer any more."),
            ["failed", var why, ..] => throw new InputException($"The other process could not do its part: {why.TrimEnd('-')}."),
            _ => words,
        };

    private static int Number(string word) => int.Parse(word, CultureInfo.InvariantCulture);
}
