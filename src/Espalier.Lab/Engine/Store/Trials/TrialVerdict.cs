using System.Globalization;

namespace Espalier.Lab.Engine.Store.Trials;

/// <summary>What follows for a store from what was found out.</summary>
internal static class TrialVerdict
{
    /// <summary>A store that has less room than this is as good as full.</summary>
    internal const double LeastBytes = 1e9;

    /// <summary>All findings, the verdict on leases last.</summary>
    public static IReadOnlyList<TrialFinding> Of(TrialFacts facts) =>
        [
            new("file system", Place(facts), true),
            new("exclusive create", $"{Makers(facts.Created, facts.Names)}", facts.Created == facts.Names),
            Links(facts),
            new(
                "replacing by renaming",
                $"a file replaced all the time was read {facts.Read} times: "
                    + (
                        facts.Unfit == (0, 0)
                            ? "always whole"
                            : $"missing {facts.Unfit.Missing} times, damaged {facts.Unfit.Torn} times; readers of a store would meet that"
                    ),
                facts.Unfit == (0, 0)
            ),
            Looks(facts),
            Locks(facts),
            new("clocks", Clocks(facts), true),
            new("flush to disk", $"{facts.Disk.Flush.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture)} ms", true),
            new("small files", $"{facts.Disk.FilesPerSecond:0} made and removed a second", true),
            new("free space", $"{facts.Disk.FreeBytes / 1e9:0.0} GB", facts.Disk.FreeBytes >= LeastBytes),
            TrialLeases.Of(facts),
        ];

    private static string Place(TrialFacts facts) =>
        $"{(facts.FileSystem.Length > 0 ? facts.FileSystem : "of an unknown kind")}, tried by two processes "
        + (
            facts.IsOneMachine
                ? $"of {facts.Here.Host}; for two machines, start 'espalier doctor --store DIR --partner' on another one first"
                : $"on {facts.Here.Host} and {facts.There.Host}"
        );

    private static TrialFinding Links(TrialFacts facts)
    {
        string found = Makers(facts.Linked, facts.Links);
        return new(
            "hard links",
            facts.Disk.LinkCount switch
            {
                1 => $"there are none; leases that are files are created exclusively instead: {found}",
                2 => found,
                _ => $"{found}; files do not say how many they have, which nothing here asks",
            },
            facts.Linked == facts.Links
        );
    }

    private static string Makers(int made, int names) =>
        made == names ? $"of {names} names that both tried to make, each was made by one"
        : made > names ? $"of {names} names that both tried to make, {made - names} were made by both: nothing holds here"
        : $"of {names} names that both tried to make, {names - made} were made by none, though they are there";

    private static TrialFinding Looks(TrialFacts facts)
    {
        string[] late =
        [
            .. facts
                .Seen.Zip(StaleLooks.Names)
                .Where(look => look.First is null || look.First.Value.TotalSeconds >= 0.5)
                .Select(look => $"{look.Second} {(look.First is { } time ? $"after {Seconds(time)} s" : "not within the time waited")}"),
        ];
        string found =
            late.Length > 0 ? $"what the other changes is seen late: {string.Join(", ", late)}" : "what the other changes is seen at once";
        return new(
            "old looks",
            found + (facts.IsOneMachine ? " (one machine shares what it remembers)" : ""),
            facts.Seen.All(time => time is not null)
        );
    }

    private static TrialFinding Locks(TrialFacts facts)
    {
        bool hold = facts is { HeldLock: TrialLock.Refused, FreeLock: TrialLock.Taken };
        string found =
            hold ? "hold between the two"
            : facts.HeldLock == TrialLock.None ? "there are none"
            : "do not hold between the two";
        return new("locks", facts.IsByLocks ? found : $"{found}; they are not used here", hold || !facts.IsByLocks);
    }

    private static string Clocks(TrialFacts facts) =>
        facts.IsOneMachine
            ? $"the file system's is {Away(facts.Here.Ahead)} this machine's; nothing compares them"
            : $"the file system's is {Away(facts.Here.Ahead)} {facts.Here.Host}'s and {Away(facts.There.Ahead)} {facts.There.Host}'s; "
                + "nothing compares them";

    private static string Away(TimeSpan ahead) =>
        Math.Abs(ahead.TotalSeconds) < 0.1 ? "with" : $"{Seconds(ahead.Duration())} s {(ahead > TimeSpan.Zero ? "ahead of" : "behind")}";

    internal static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
}
