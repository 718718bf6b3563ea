using Espalier.Lab.Findings;

namespace Espalier.Reports.Analysis;

/// <summary>How a run's numbers may be compared with the paper's, in sentences.</summary>
internal static class Comparability
{
    /// <summary>Of one network.</summary>
    public static string Of(RunView view, string model)
    {
        if (!view.Paper.Knows(model))
            return $"The paper has no {model} on {view.Run.DataSet}: there is nothing of the paper's to put beside these numbers.";
        if (!view.Paper.IsFull)
            return $"The schedule is {Numbers.Short(view.Paper.Factor)} times the paper's length: our numbers are expected to be "
                + $"lower than the paper's. Only the order of the methods "
                + $"and the sign of their differences may be compared. The paper's cell is the one whose rewind epoch, scaled, is ours.";
        return view.Run.Deviations.Count > 0
            ? "The schedule is as long as the paper's, but the run deviates from it as listed above: compare with that in mind."
            : "The schedule is the paper's and nothing deviates from its text: the cells may be compared directly, within the "
                + "spread over seeds.";
    }

    /// <summary>Everything that the reader must know before the numbers: scale first.</summary>
    public static IReadOnlyList<string> Warnings(RunView view)
    {
        RunDescription run = view.Run;
        string[] lost =
            view.NotNumbers > 0 ? [Numbers.Invariant($"Networks whose accuracy is not a number are left out: {view.NotNumbers}.")] : [];
        string[] scale =
            Math.Abs(run.Scale - 1) > 1e-9
                ? [$"All numbers of epochs are scaled by {Numbers.Short(run.Scale)}: this is not the paper's schedule."]
                : [];
        return [.. scale, .. lost, .. run.Deviations.Select(DeviationSentence.Of)];
    }
}
