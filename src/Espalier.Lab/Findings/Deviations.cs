using Espalier.Lab.Design;
using Espalier.Lab.Design.Presets;
using Espalier.Lab.Design.Recipes;
using Espalier.Lab.Stages;

namespace Espalier.Lab.Findings;

/// <summary>In what a run differs from what the paper's text describes, in sentences.</summary>
internal static class Deviations
{
    public static IReadOnlyList<string> Of(Grid grid)
    {
        var found = new List<string>();
        Recipe paper = NamedRecipes.Paper,
            ours = grid.Options;
        if (grid.Tables.Count + grid.Studies.Count > 0 && Preset.All.FirstOrDefault(preset => preset.Name == grid.Name)?.Grid is { } preset)
        {
            if (preset.DataSet != grid.DataSet)
                found.Add($"The images are {grid.DataSet}, not the paper's {preset.DataSet}.");
            if (!preset.Models.SequenceEqual(grid.Models))
                found.Add($"The network is {string.Join(", ", grid.Models)}, not the paper's {string.Join(", ", preset.Models)}.");
        }
        if (ours.Epochs != paper.Epochs)
            found.Add($"T = {Counted.Of(ours.Epochs, "epoch")} of training; the paper has {paper.Epochs}.");
        if (ours.RoundEpochs != paper.RoundEpochs)
            found.Add($"{Counted.Of(ours.RoundEpochs, "epoch")} of fine-tuning a pruning round; the paper has {paper.RoundEpochs}.");
        if (grid.Scale != 1)
            found.Add($"All numbers of epochs were multiplied by {grid.Scale:0.####}.");
        // How often to test changes no result; of the baselines, and of the points and images of its curves, the paper says nothing.
        Recipe same = ours with
        {
            Epochs = paper.Epochs,
            RoundEpochs = paper.RoundEpochs,
            EvaluateEvery = paper.EvaluateEvery,
            CurvePoints = paper.CurvePoints,
            CurveRefinements = paper.CurveRefinements,
            PlanePoints = paper.PlanePoints,
            PlaneMargin = paper.PlaneMargin,
            StatisticsImages = paper.StatisticsImages,
            StudyImages = paper.StudyImages,
            UpdateEvery = paper.UpdateEvery,
            UpdateFraction = paper.UpdateFraction,
            UpdateUntil = paper.UpdateUntil,
            SnipBatches = paper.SnipBatches,
            SynFlowRounds = paper.SynFlowRounds,
        };
        foreach ((string name, string value) in GridFile.Describe(same).Except(GridFile.Describe(paper)))
            found.Add($"{name} is {value}{Default(name, paper)}.");
        if (grid.Recipe == "released")
            found.Add("The recipe is that of the released code, which differs from the paper's text in the options named here.");
        return found;
    }

    private static string Default(string name, Recipe paper) =>
        GridFile.Describe(paper).Where(pair => pair.Key == name).Select(pair => $"; the paper's text has {pair.Value}").FirstOrDefault("");
}
