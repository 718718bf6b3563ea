using Espalier.Lab.Stages;

namespace Espalier.Lab.Design;

/// <content>Upper bounds, and the networks that no method trains.</content>
public static partial class Methods
{
    /// <summary>Upper bound: B's weights, the mask found by pruning B itself.</summary>
    public static Method BImp { get; } =
        new()
        {
            Name = "b-imp",
            Meaning = "upper bound: B's weights at epoch k, the mask found by pruning B itself",
            Role = MethodRole.UpperBound,
            Mask = point => new PrunedMask(point.PrunedB),
            ReadsOfB = ReadOfB.End,
        };

    /// <summary>Upper bound: B's weights, trained dense from epoch k by the schedule of sparse training.</summary>
    public static Method Dense { get; } =
        new()
        {
            Name = "dense",
            Meaning = "upper bound: B's weights at epoch k, no mask, by the schedule of sparse training",
            Role = MethodRole.UpperBound,
            Mask = null,
        };

    /// <summary>A at the end of pruning.</summary>
    public static NetworkKind Imp { get; } =
        new()
        {
            Name = "imp",
            Label = "IMP",
            Meaning = "A's own network at the end of iterative magnitude pruning",
        };

    /// <summary>A at T, as reports call it; in results it is <c>dense</c> without a rewind epoch.</summary>
    public static NetworkKind DenseA { get; } = new() { Name = "dense-a", Meaning = "A trained to T, no mask" };

    /// <summary>B at T.</summary>
    public static NetworkKind DenseB { get; } = new() { Name = "dense-b", Meaning = "B trained to T, no mask" };
}
