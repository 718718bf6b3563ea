namespace Espalier.Lab.Design;

/// <summary>Which start and which mask a sparse training uses. All methods of a seed read the same batches in the same order.</summary>
public enum Method
{
    /// <summary>A's weights at epoch k, A's mask: the lottery ticket.</summary>
    Lth,

    /// <summary>B's weights at epoch k, A's mask as it is.</summary>
    Naive,

    /// <summary>B's weights at epoch k, π(A's mask): the paper's method.</summary>
    Permuted,

    /// <summary>
    /// Beyond the paper: B's weights at epoch k, A's mask moved by π that aligns A's pruned weights with these. B is not trained dense, and
    /// no image is looked at.
    /// </summary>
    WeightMatched,

    /// <summary>The same, begun at the paper's π.</summary>
    WeightRefined,

    /// <summary>
    /// Control: B's weights, A's mask under a random permutation of every group. The ticket's structure without its alignment.
    /// </summary>
    ShuffledUnits,

    /// <summary>Control: B's weights, each layer of A's mask shuffled. The ticket's layer densities only.</summary>
    ShuffledLayer,

    /// <summary>Control: B's weights, a random mask with the densities of Erdős-Rényi-Kernel.</summary>
    ErkRandom,

    /// <summary>Control: B's weights, a random mask of one density in all layers.</summary>
    UniformRandom,

    /// <summary>Baseline: B's weights, the mask that SNIP finds for them.</summary>
    Snip,

    /// <summary>Baseline: B's weights, the mask that SynFlow finds for them.</summary>
    SynFlow,

    /// <summary>Baseline: B's weights, the mask of <see cref="ErkRandom"/>, which SET changes in training.</summary>
    Set,

    /// <summary>Baseline: B's weights, the mask of <see cref="ErkRandom"/>, which RigL changes in training.</summary>
    Rigl,

    /// <summary>Baseline: B's weights, the mask of <see cref="UniformRandom"/>, which RigL changes in training.</summary>
    RiglUniform,

    /// <summary>Baseline: B's weights, pruned gradually by magnitude in training.</summary>
    Gmp,

    /// <summary>Upper bound: B's weights, the mask found by pruning B itself.</summary>
    BImp,

    /// <summary>Upper bound: B's weights, trained dense from epoch k by the schedule of sparse training.</summary>
    Dense,
}

/// <summary>Names of methods, as grids and results spell them.</summary>
public static class Methods
{
    /// <summary>The paper's three.</summary>
    public static IReadOnlyList<Method> OfThePaper { get; } = [Method.Lth, Method.Naive, Method.Permuted];

    /// <summary>The paper's three, and what they are held against.</summary>
    public static IReadOnlyList<Method> WithControls { get; } =
    [.. OfThePaper, Method.ShuffledUnits, Method.ShuffledLayer, Method.ErkRandom, Method.BImp, Method.Dense];

    /// <summary>
    /// What sparse training reaches without any ticket: static masks found at the start, and masks that change in training.
    /// </summary>
    public static IReadOnlyList<Method> Baselines { get; } =
    [Method.ErkRandom, Method.UniformRandom, Method.Snip, Method.SynFlow, Method.Set, Method.Rigl, Method.RiglUniform, Method.Gmp];

    /// <summary>All.</summary>
    public static IReadOnlyList<Method> All { get; } = Enum.GetValues<Method>();

    /// <summary>Such as <c>shuffled-units</c>.</summary>
    public static string Name(this Method method) => EnumNames.Of(method);

    /// <summary>Reads a name.</summary>
    /// <exception cref="InputException">There is no such method.</exception>
    public static Method Parse(string name) => EnumNames.Parse<Method>("method", name);
}
