using Espalier.Files;

namespace Espalier.Lab.Engine.Store.Trials;

/// <summary>Whether leases hold on a file system.</summary>
internal static class TrialLeases
{
    /// <summary>A holder renews so often within its patience that it must miss more than one to be taken for silent.</summary>
    private const int Missed = 3;

    /// <summary>The verdict.</summary>
    public static TrialFinding Of(TrialFacts facts)
    {
        (string text, bool holds) = Verdict(facts);
        return new("leases", text, holds);
    }

    private static (string, bool) Verdict(TrialFacts facts)
    {
        if (facts.Overlaps > 0)
            return ($"do NOT hold: both had one at once {facts.Overlaps} times of {facts.Held}", false);
        if (facts.Faults > 0)
            return (
                $"do NOT hold: trying for one ended in a fault {facts.Faults} times, as names that are not there any more seem to be",
                false
            );
        if (facts.Created != facts.Names || facts.Linked != facts.Links)
            return ("do NOT hold: of those who want one at once, not exactly one has it", false);
        if (facts.Here.IsByLocks != facts.There.IsByLocks)
            return (
                $"do NOT hold: {(facts.Here.IsByLocks ? facts.Here : facts.There).Host} would keep them by locks and the other by files; "
                    + $"before anything runs, make them files for both: an empty file leases/{LeaseKeeping.MarkerName} in the store",
                false
            );
        if (facts.IsByLocks)
            return facts is { HeldLock: TrialLock.Refused, FreeLock: TrialLock.Taken }
                ? ($"hold: {facts.Keeping}", true)
                : (
                    "do NOT hold: they would be locks, and the other process does not see them; make them files: an empty file "
                        + $"leases/{LeaseKeeping.MarkerName} in the store",
                    false
                );
        return Renewed(facts);
    }

    /// <summary>A renewal that is seen late looks like silence: living holders lose their leases, and all is done twice.</summary>
    private static (string, bool) Renewed(TrialFacts facts)
    {
        if (facts.Seen is not [{ } late, ..])
            return ("do NOT hold: that a holder lives is never seen", false);
        TimeSpan silence = late + Missed * facts.Interval;
        string how =
            $"{facts.Keeping} every {TrialVerdict.Seconds(facts.Interval)} s, which is seen within {TrialVerdict.Seconds(late)} s; "
            + $"silent for {facts.Patience.TotalSeconds:0} s, a holder loses its lease";
        if (silence < facts.Patience)
            return ($"hold: {how}", true);
        // Patience p is enough when late + missed · p/18 < p.
        double enough = Math.Ceiling(late.TotalSeconds / (1 - Missed * (facts.Interval / facts.Patience)) + 1);
        return ($"are lost by living holders: {how}; set {LeaseHolder.Variable} to {enough:0} or more on all machines", false);
    }
}
