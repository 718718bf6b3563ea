namespace Espalier.Lab.Engine;

/// <summary>Stages and what they need, each once.</summary>
public class StageGraph
{
    private readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);

    /// <summary>Gathers stages and all that they need.</summary>
    /// <param name="wanted">In any order, some perhaps twice.</param>
    public StageGraph(params IEnumerable<Stage> wanted)
    {
        var stages = new List<Stage>();
        foreach (Stage stage in wanted)
            Add(stage, stages);
        Stages = stages;
    }

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
