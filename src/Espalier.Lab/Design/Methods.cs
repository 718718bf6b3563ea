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
    public static IReadOnlyList<Method> Baselines => [ErkRandom, UniformRandom, Snip, SynFlow, Set, Rigl, RiglUniform, Gmp];

    /// <summary>All.</summary>
    public static IReadOnlyList<Method> All =>
        [
            .. OfThePaper,
            WeightMatched,
            WeightRefined,
            Signed,
            SignedPermuted,
            Magnitudes,
            RandomSigns,
            Copied,
            ShuffledUnits,
            ShuffledLayer,
            ErkRandom,
            UniformRandom,
            Snip,
            SynFlow,
            Set,
            Rigl,
            RiglUniform,
            Gmp,
            BImp,
            Dense,
        ];

    /// <summary>What results speak of beside methods: A pruned, and A and B trained dense to T.</summary>
    public static IReadOnlyList<NetworkKind> Besides => [Imp, DenseA, DenseB];

    /// <summary>Reads a name.</summary>
    /// <exception cref="InputException">There is no such method.</exception>
    public static Method Parse(string name) =>
        All.FirstOrDefault(method => method.Name == name) ?? throw Nearest.Unknown("method", name, All.Select(method => method.Name));

    /// <summary>
    /// What a name in results stands for: a method, a way to match or one of <see cref="Besides"/>; null if nothing known.
    /// </summary>
    public static NetworkKind? Find(string name) => All.Concat(Besides).FirstOrDefault(kind => kind.Name == name) ?? VariantOf(name);

    /// <summary>A name's label; one that is not known is its own label.</summary>
    public static string LabelOf(string name) => Find(name)?.Label ?? name;
}
