using System.Text.Json.Serialization;
using Espalier.Lab.Design.Costs;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Engine;
using Espalier.Lab.Engine.Store;

namespace Espalier.Cli.Terminal;

/// <summary>A plan in numbers.</summary>
/// <param name="Stages">Stages in all.</param>
/// <param name="Cells">Accuracies they give.</param>
/// <param name="StagesByKind">How many of each kind.</param>
/// <param name="EpochsByKind">Epochs of training in each kind.</param>
/// <param name="DoneByKind">Of them in the store.</param>
/// <param name="Done">Stages in the store.</param>
/// <param name="LeftAlone">Of them not tried again, since they failed before or need one that did.</param>
/// <param name="Epochs">Epochs of training in all.</param>
/// <param name="EpochsToDo">Of them not yet trained.</param>
/// <param name="Flops">Floating-point operations in all, estimated.</param>
/// <param name="FlopsToDo">Of them not yet done.</param>
/// <param name="DiskBytes">Bytes of all artefacts, estimated.</param>
/// <param name="EstimatedSeconds">Time that is left on this machine, or on the card; null where no speed is known.</param>
/// <param name="EstimatedOn">The card, and where its rates are from; null for this machine, measured now.</param>
/// <param name="Workers">Trainings side by side in that time.</param>
/// <param name="Threads">Threads of each.</param>
internal sealed record PlanSummary(
    int Stages,
    int Cells,
    IReadOnlyDictionary<string, int> StagesByKind,
    IReadOnlyDictionary<string, long> EpochsByKind,
    IReadOnlyDictionary<string, int> DoneByKind,
    int Done,
    int LeftAlone,
    long Epochs,
    long EpochsToDo,
    double Flops,
    double FlopsToDo,
    long DiskBytes,
    double? EstimatedSeconds,
    string? EstimatedOn,
    int? Workers,
    int? Threads
)
{
    /// <summary>What is left, laid out on machines, by ranks of a training; null where none were named.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<SimulatedSchedule>? Schedules { get; init; }

    /// <summary>Operations a second of all workers, by network and kind of pass, as measured; null where they were not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, PerPass>? OperationsPerSecond { get; init; }

    private static readonly string[] s_trained = ["dense", "prune", "sparse"];

    public static PlanSummary Of(Plan plan, StageStates states, MachineRate? rate, CardRates? card = null, Cluster? cluster = null)
    {
        Stage[] open = [.. plan.Stages.Where(stage => !states.IsDone(stage) && !states.IsLeftAlone(stage))];
        int done = plan.Stages.Count(states.IsDone);
        IReadOnlyList<PlannedKind> kinds = plan.Kinds;
        return new PlanSummary(
            plan.Stages.Count,
            plan.Cells.Count,
            kinds.ToDictionary(k => k.Kind, k => k.Stages),
            s_trained
                .Union(kinds.Where(k => k.Epochs > 0).Select(k => k.Kind))
                .ToDictionary(kind => kind, kind => kinds.Where(k => k.Kind == kind).Sum(k => k.Epochs)),
            kinds.ToDictionary(k => k.Kind, k => plan.Stages.Count(stage => stage.Kind == k.Kind && states.IsDone(stage))),
            done,
            plan.Stages.Count - done - open.Length,
            kinds.Sum(k => k.Epochs),
            open.Sum(s => (long)s.Epochs),
            kinds.Sum(k => k.Flops),
            open.Sum(s => s.Flops),
            kinds.Sum(k => k.Bytes),
            rate?.Seconds(open),
            card is null ? null : $"one {card.Title} ({rate?.Estimated ?? card.Source})",
            rate?.Workers,
            rate?.Threads
        )
        {
            OperationsPerSecond = card is null ? rate?.Speeds : null,
            Schedules = cluster is null ? null : SimulatedSchedule.All(cluster, open),
        };
    }
}
