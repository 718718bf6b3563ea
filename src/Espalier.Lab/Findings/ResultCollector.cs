using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Engine;
using Espalier.Lab.Engine.Store;
using Espalier.Lab.Stages;
using Espalier.Matching;
using Espalier.Training;

namespace Espalier.Lab.Findings;

/// <summary>Reads what a plan's stages have left in a store.</summary>
/// <param name="store">The artefacts.</param>
/// <param name="grid">What was asked for.</param>
/// <param name="plan">Its stages.</param>
public sealed class ResultCollector(ArtefactStore store, Grid grid, Plan plan)
{
    private readonly Dictionary<string, EnsembleStage> _pairs = plan
        .Studies.OfType<PlannedComparison>()
        .DistinctBy(pair => pair.Cell.Stage.Id)
        .ToDictionary(pair => pair.Cell.Stage.Id, pair => pair.Pair);

    /// <summary>Everything there is by now.</summary>
    /// <param name="command">The command line that repeats the run.</param>
    public RunResults Collect(string command)
    {
        (PlannedCell Cell, Manifest Manifest)[] done =
        [
            .. plan.Cells.Select(cell => (cell, store.Find(cell.Stage)!)).Where(pair => pair.Item2 is not null),
        ];
        return new RunResults(
            Describe(command),
            [.. done.Select(pair => CellOf(pair.Cell, pair.Manifest) with { DisagreementWithLth = DisagreementOf(pair.Cell) })],
            [.. Matches()],
            [
                .. done.GroupBy(pair => (pair.Cell.Model, pair.Cell.Seed, pair.Cell.Method, pair.Cell.Sparsity))
                    .SelectMany(same => Densities(same.First().Cell, same.First().Manifest)),
            ],
            [.. done.Select(pair => CurveOf(pair.Cell))],
            CostsOf(plan.Stages),
            ReleasedCosts.Of(grid, plan)
        )
        {
            Methods = grid.AllMethods,
            PaperCosts = CostsOf(ReleasedCosts.Comparable(plan)),
            Studies = new StudyCollector(store, plan).Collect(),
            Signs = [.. done.SelectMany(pair => SignsOf(pair.Cell, pair.Manifest))],
            Masks = [.. MaskCollector.Of(store, done.Select(pair => pair.Cell))],
            Networks = grid.Sources().ToDictionary(model => model.Title, model => model.Network),
        };
    }

    private RunDescription Describe(string command)
    {
        Manifest[] finished = [.. plan.Stages.Select(store.Find).OfType<Manifest>()];
        return new RunDescription(
            grid.Name,
            grid.Tables,
            command,
            [.. grid.Sources().Select(model => model.Title)],
            grid.DataSet,
            grid.Seeds,
            [
                KeyValuePair.Create("recipe", grid.Recipe),
                KeyValuePair.Create("sparsities", string.Join(", ", grid.Sparsities)),
                KeyValuePair.Create("rewind_epochs", string.Join(", ", grid.RewindEpochs)),
                KeyValuePair.Create("methods", string.Join(", ", grid.Methods.Select(method => method.Name))),
                .. Others(),
                .. GridFile.Describe(grid.Options),
            ],
            Deviations.Of(grid),
            grid.Scale,
            [.. finished.Select(MachineOf).Distinct().Order(StringComparer.Ordinal)],
            plan.Stages.Count,
            finished.Length,
            [
                .. plan
                    .Stages.Where(stage => store.Find(stage) is null)
                    .Select(stage => FailureLog.Read(store, stage))
                    .OfType<FailureLog>()
                    .Select(log => new StageFailure(log.Title, log.Message)),
            ]
        )
        {
            MixedDevices = Mixed(finished.Select(manifest => manifest.Provenance)),
        };
    }

    private IEnumerable<KeyValuePair<string, string>> Others()
    {
        if (grid.Images?.Facts is { } images)
        {
            yield return KeyValuePair.Create("images", images.ToString());
            yield return KeyValuePair.Create("normalised_by", grid.Options.Normalization ?? images.Normalization);
        }
        if (grid.MatchVariants.Count > 0)
            yield return KeyValuePair.Create("match_variants", string.Join("; ", grid.MatchVariants));
        if (grid.Studies.Count > 0)
            yield return KeyValuePair.Create("studies", string.Join(", ", grid.Studies.Select(Studies.Name)));
    }

    /// <summary>Kinds of devices by name, if there are several.</summary>
    internal static IReadOnlyList<string>? Mixed(IEnumerable<Provenance> makers) =>
        makers
            .Select(by => by.Gpu?.Name ?? (by.Device == "cpu" ? "CPU" : by.Device.Split(':')[0]))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .ToArray()
            is { Length: > 1 } several
            ? several
            : null;

    private static string MachineOf(Manifest manifest)
    {
        Provenance by = manifest.Provenance;
        string place = by.Gpu is { } gpu ? $"{gpu}, {gpu.Products}, bits {gpu.Bits}" : by.Device;
        string share = by.Ranks is { } ranks ? $"a rank, {ranks} ranks a worker" : "a worker";
        return $"{by.Processor}, {place}, {by.Threads} thread{(by.Threads == 1 ? "" : "s")} {share}; {by.Runtime}, "
            + $"libtorch {by.Libtorch}, TorchSharp {by.TorchSharp}, espalier {by.Code}";
    }

    private static ResultCell CellOf(PlannedCell cell, Manifest manifest)
    {
        var result = new StageResult(manifest.Numbers);
        return new ResultCell(
            cell.Model,
            cell.Method,
            cell.Sparsity,
            cell.RewindEpoch,
            cell.MatchEpoch,
            cell.Seed,
            result["test_accuracy_percent"],
            result["test_loss"],
            result["sparsity"],
            result["sparsity_of_all_weights"],
            (long)result["multiply_accumulates"],
            manifest.Id
        )
        {
            TestTop5AccuracyPercent = Known(TrainingNumbers.Top5),
            EmaTestAccuracyPercent = Known(TrainingNumbers.Ema),
            EffectiveSparsity = Known("effective_sparsity"),
            TicketBits = Known(TrainingNumbers.TicketBits),
            SignAgreement = Known(TrainingNumbers.SignAgreement),
            CollapsedLayers = Count(result["collapsed_layers"]),
            UnreachedClasses = Count(result["unreached_classes"]),
        };

        // What was measured by an earlier version says nothing of it.
        double? Known(string name) => manifest.Numbers.TryGetValue(name, out double number) ? number : null;
        static int Count(double number) => double.IsFinite(number) ? (int)number : 0;
    }

    private double? DisagreementOf(PlannedCell cell) =>
        _pairs.TryGetValue(cell.Stage.Id, out EnsembleStage? pair) && store.Find(pair) is { } manifest
            ? manifest.Numbers["disagreement"]
            : null;

    private static IEnumerable<LayerAgreement> SignsOf(PlannedCell cell, Manifest manifest) =>
        from layer in ((INetworkStage)cell.Stage).Model.Network.Parameters
        where manifest.Numbers.ContainsKey($"{TrainingNumbers.SignAgreement}/{layer.Name}")
        select new LayerAgreement(
            cell.Model,
            cell.Seed,
            cell.Method,
            cell.Sparsity,
            cell.RewindEpoch,
            cell.MatchEpoch,
            layer.Name,
            manifest.Numbers[$"{TrainingNumbers.SignAgreement}/{layer.Name}"]
        );

    private static IEnumerable<LayerDensity> Densities(PlannedCell cell, Manifest manifest) =>
        from layer in ((INetworkStage)cell.Stage).Model.Network.Parameters
        where manifest.Numbers.ContainsKey(TrainingNumbers.Kept + layer.Name)
        select new LayerDensity(
            cell.Model,
            cell.Seed,
            cell.Method,
            cell.Sparsity,
            layer.Name,
            layer.Count,
            (long)manifest.Numbers[TrainingNumbers.Kept + layer.Name]
        );

    private TrainingCurve CurveOf(PlannedCell cell) =>
        new(
            cell.Model,
            cell.Method,
            cell.Sparsity,
            cell.RewindEpoch,
            cell.MatchEpoch,
            cell.Seed,
            new TrainingFolder(store.FolderOf(cell.Stage.Kind, cell.Stage.Id)).ReadMetrics()
        );

    private IEnumerable<MatchResult> Matches() =>
        from MatchStage stage in plan.Stages.Where(stage => stage is MatchStage)
        where stage.How is { Untied: false } && stage.How.By == MatchWays.Activations
        where stage.Inputs[0] is DenseStage && stage.IsOfOneSeed && store.Find(stage) is not null
        select new MatchResult(
            stage.Model.Title,
            stage.Seed,
            stage.EpochOfB,
            MatchFile.ReadGroups(Path.Combine(store.FolderOf(stage.Kind, stage.Id), MatchStage.ScoresName))
        )
        {
            Samples = SamplesOf(Path.Combine(store.FolderOf(stage.Kind, stage.Id), MatchStage.PicturesName)),
        };

    private static IReadOnlyList<ScoreSample> SamplesOf(string path) => File.Exists(path) ? ScoreFile.Read(path) : [];

    private IReadOnlyList<KindCost> CostsOf(IReadOnlyList<Stage> stages) =>
        [
            .. from kind in stages.GroupBy(stage => stage.Kind)
            let finished = kind.Select(stage => (Stage: stage, Manifest: store.Find(stage)))
                .Where(pair => pair.Manifest is not null)
                .ToArray()
            select new KindCost(
                kind.Key,
                kind.Count(),
                finished.Length,
                kind.Sum(s => (long)s.Epochs),
                finished.Sum(f => (long)f.Stage.Epochs),
                kind.Sum(s => s.Flops),
                finished.Sum(f => f.Manifest!.Provenance.Seconds)
            ),
        ];
}
