namespace Espalier.Pruning;

/// <summary>All criteria of iterative pruning by name.</summary>
public static class PruningCriteria
{
    /// <summary>The smallest weights of all arrays go first: the paper's.</summary>
    public static IPruningCriterion Magnitude { get; } = new MagnitudeCriterion();

    /// <summary>The smallest weights of every array go first, of each the same share.</summary>
    public static IPruningCriterion LayerMagnitude { get; } = new MagnitudeCriterion { Scope = PruningScope.Layer };

    /// <summary>SNIP's scores of the network as it is before each round.</summary>
    public static IPruningCriterion Snip { get; } = new SnipCriterion();

    /// <summary>GraSP's scores likewise.</summary>
    public static IPruningCriterion Grasp { get; } = new GraspCriterion();

    /// <summary>SynFlow's scores likewise.</summary>
    public static IPruningCriterion SynFlow { get; } = new SynFlowCriterion();

    /// <summary>What the loss would rise by without a weight, by the diagonal of the Fisher information.</summary>
    public static IPruningCriterion Fisher { get; } = new FisherCriterion();

    private static readonly IPruningCriterion[] s_own = [Magnitude, LayerMagnitude, Snip, Grasp, SynFlow, Fisher];

    private static readonly Registry<IPruningCriterion> s_known = new("pruning criterion", one => one.Name, () => s_own);

    /// <summary>All, those registered last.</summary>
    public static IReadOnlyList<IPruningCriterion> All => s_known.All;

    /// <summary>Makes a criterion of one's own known by its name, in grids' files of this process: <c>"criterion": "NAME"</c>.</summary>
    /// <returns>The criterion.</returns>
    /// <exception cref="ArgumentException">The name is another criterion's.</exception>
    public static T Register<T>(T criterion)
        where T : IPruningCriterion => s_known.Register(criterion);

    /// <summary>The criterion of a name.</summary>
    /// <exception cref="InputException">There is none; the nearest is suggested.</exception>
    public static IPruningCriterion Of(string name) => s_known.Of(name);
}
