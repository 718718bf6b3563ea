using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Findings;

namespace Espalier.Lab.Engine;

/// <summary>One number that a plan is to give, and the stage that measures it.</summary>
/// <param name="Model">The network's title.</param>
/// <param name="Method">As in <see cref="ResultCell"/>.</param>
/// <param name="Sparsity">S requested; 0 for dense networks.</param>
/// <param name="RewindEpoch">k; null where there is none.</param>
/// <param name="MatchEpoch">Epoch of B that π is found at; null where no π is involved.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Stage">Measures it.</param>
public sealed record PlannedCell(string Model, string Method, double Sparsity, int? RewindEpoch, int? MatchEpoch, long Seed, Stage Stage);

/// <summary>The graph of stages that a grid needs. What two cells have in common is in it once.</summary>
public sealed class Plan
{
    private readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);

    /// <summary>Gathers the stages of all cells, and of what else is wanted.</summary>
    /// <param name="cells">The numbers to give.</param>
    /// <param name="extras">Stages wanted beside them.</param>
    public Plan(IEnumerable<PlannedCell> cells, IEnumerable<Stage> extras)
        : this(cells, [], extras) { }

    /// <summary>Gathers the stages of all cells and studies, and of what else is wanted.</summary>
    /// <param name="cells">The numbers to give.</param>
    /// <param name="studies">What is measured between and beyond them.</param>
    /// <param name="extras">Stages wanted beside them.</param>
    /// <exception cref="InvalidOperationException">A number is there twice for one seed.</exception>
    public Plan(IEnumerable<PlannedCell> cells, IEnumerable<PlannedStudy> studies, IEnumerable<Stage> extras)
    {
        var stages = new List<Stage>();
        (Cells, Studies) = (OncePerSeed.Of([.. cells], cell => cell with { Stage = null! }, "cell"), [.. studies]);
        foreach (Stage stage in Cells.Select(cell => cell.Stage).Concat(Studies.SelectMany(study => study.Stages)).Concat(extras))
            Add(stage, stages);
        Stages = stages;
    }

    /// <summary>The numbers to give.</summary>
    public IReadOnlyList<PlannedCell> Cells { get; }

    /// <summary>What is measured between and beyond trained networks.</summary>
    public IReadOnlyList<PlannedStudy> Studies { get; }

    /// <summary>Every stage once, inputs before what needs them.</summary>
    public IReadOnlyList<Stage> Stages { get; }

    /// <summary>Place of a stage in <see cref="Stages"/>.</summary>
    public int IndexOf(Stage stage) => _index[stage.Id];

    /// <summary>Stages, epochs, operations and bytes by kind, in the order of first use.</summary>
    public IReadOnlyList<PlannedKind> Kinds =>
        [
            .. Stages
                .GroupBy(stage => stage.Kind)
                .Select(g => new PlannedKind(g.Key, g.Count(), g.Sum(s => (long)s.Epochs), g.Sum(s => s.Flops), g.Sum(s => s.Bytes))),
        ];

    private void Add(Stage stage, List<Stage> stages)
    {
        if (_index.ContainsKey(stage.Id))
            return;
        foreach (Stage input in stage.Inputs)
            Add(input, stages);
        _index[stage.Id] = stages.Count;
        stages.Add(stage);
    }
}

/// <summary>What the stages of one kind need.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Stages">How many.</param>
/// <param name="Epochs">Epochs of training.</param>
/// <param name="Flops">Floating-point operations, estimated.</param>
/// <param name="Bytes">Bytes on disk, estimated.</param>
public sealed record PlannedKind(string Kind, int Stages, long Epochs, double Flops, long Bytes);
