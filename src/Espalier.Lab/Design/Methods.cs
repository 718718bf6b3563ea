namespace Espalier.Lab.Design;

/// <summary>The table of methods: what planners, reports and help texts know of them.</summary>
public static partial class Methods
{
    /// <summary>The paper's three.</summary>
    public static IReadOnlyList<Method> OfThePaper => [Lth, Naive, Permuted];

    /// <summary>The paper's three, and what they are held against.</summary>
    public static IReadOnlyList<Method> WithControls => [.. OfThePaper, ShuffledUnits, ShuffledLayer, ErkRandom, BImp, Dense];

    /// <summary>
    /// What sparse training reaches without any ticket: static masks found at the start, and masks that change in training.
    /// </summary>
    public static IReadOnlyList<Method> Baselines =>
        [
            ErkRandom,
            UniformRandom,
            Snip,
            SynFlow,
            Grasp,
            Set,
            Rigl,
            RiglUniform,
            SRigL,
            Gmp,
            AcDc,
            ErkRandomHam,
            ErkRandomSignIn,
            RiglHam,
            RiglSignIn,
        ];

    private static readonly Registry<Method> s_known = new("method", method => method.Name, () => OfTheLibrary);

    /// <summary>The library's, and those registered.</summary>
    public static IReadOnlyList<Method> All => s_known.All;

    /// <summary>
    /// Makes a method of one's own known by its name in this process: to grids read from files, and to reports of results that have only
    /// names.
    /// </summary>
    /// <returns>The method.</returns>
    /// <exception cref="ArgumentException">The name stands for something else.</exception>
    public static Method Register(Method method) =>
        Besides.Any(kind => kind.Name == method.Name) || method.Name.StartsWith(MatchVariant.Prefix, StringComparison.Ordinal)
            ? throw new ArgumentException($"'{method.Name}' stands for something else", nameof(method))
            : s_known.Register(method);

    /// <summary>The library's own.</summary>
    public static IReadOnlyList<Method> OfTheLibrary =>
        [
            .. OfThePaper,
            WeightMatched,
            WeightRefined,
            Signed,
            SignedPermuted,
            Magnitudes,
            RandomSigns,
            Copied,
            Untied,
            UntiedWeights,
            ShuffledUnits,
            UntiedRandom,
            ShuffledLayer,
            .. Baselines,
            BImp,
            Dense,
        ];

    /// <summary>What results speak of beside methods: A pruned, and A and B trained dense to T.</summary>
    public static IReadOnlyList<NetworkKind> Besides => [Imp, DenseA, DenseB];

    /// <summary>Reads a name.</summary>
    /// <exception cref="InputException">There is no such method.</exception>
    public static Method Parse(string name) => s_known.Of(name);

    /// <summary>
    /// What a name in results stands for: a method, a way to match or one of <see cref="Besides"/>; null if nothing known.
    /// </summary>
    public static NetworkKind? Find(string name) => All.Concat(Besides).FirstOrDefault(kind => kind.Name == name) ?? VariantOf(name);

    /// <summary>A name's label; one that is not known is its own label.</summary>
    public static string LabelOf(string name) => Find(name)?.Label ?? name;
}
