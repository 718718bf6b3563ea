namespace Espalier.Networks;

/// <summary>Maximum over windows.</summary>
/// <param name="Kernel">Rows and columns of a window, at least 1.</param>
/// <param name="Stride">At least 1.</param>
/// <param name="Padding">Border that no maximum is taken from, at most half of the window; usually 0.</param>
/// <param name="Dilation">Distance of the positions of a window, at least 1; usually 1.</param>
/// <param name="CeilMode">Whether a window that reaches over the border counts, if it begins before it.</param>
public sealed record MaxPool(
    [property: FieldRange(1)] Extent Kernel,
    [property: FieldRange(1)] Extent Stride,
    Extent Padding = default,
    Extent Dilation = default,
    [property: LeftOut] bool CeilMode = false
) : Operation
{
    /// <summary>Border that no maximum is taken from.</summary>
    [FieldRange(0, Usual = 0), LeftOut]
    public Extent Padding { get; init; } = Padding.Or(0);

    /// <summary>Distance of the positions of a window.</summary>
    [FieldRange(1, Usual = 1), LeftOut]
    public Extent Dilation { get; init; } = Dilation.Or(1);
}

/// <summary>Mean over windows.</summary>
/// <param name="Kernel">Rows and columns of a window, at least 1.</param>
/// <param name="Stride">At least 1.</param>
/// <param name="Padding">Border of zeros, at most half of the window; usually 0.</param>
/// <param name="CeilMode">Whether a window that reaches over the border counts, if it begins before it.</param>
/// <param name="CountPadding">Whether the border's zeros count in a mean.</param>
public sealed record AveragePool(
    [property: FieldRange(1)] Extent Kernel,
    [property: FieldRange(1)] Extent Stride,
    Extent Padding = default,
    [property: LeftOut] bool CeilMode = false,
    [property: LeftOut] bool CountPadding = true
) : Operation
{
    /// <summary>Border of zeros.</summary>
    [FieldRange(0, Usual = 0), LeftOut]
    public Extent Padding { get; init; } = Padding.Or(0);
}

/// <summary>Mean over all positions: C×H×W → C×1×1.</summary>
public sealed record GlobalAveragePool : Operation;

/// <summary>Mean over windows of such sizes that a given number of them covers the map: C×H×W → C×size, as PyTorch's
/// AdaptiveAvgPool2d.</summary>
/// <param name="Size">Rows and columns of the output, at least 1.</param>
public sealed record AdaptiveAveragePool([property: FieldRange(1)] Extent Size) : Operation;
