namespace Espalier.Networks;

/// <summary>How a residual block carries its input over where size or channels change.</summary>
public enum ShortcutKind
{
    /// <summary>3×3 convolution and batch-norm, as in the paper's code.</summary>
    Conv3x3,

    /// <summary>1×1 convolution and batch-norm (He et al. 2016, option B).</summary>
    Conv1x1,

    /// <summary>Subsampling and zero channels, no parameters (He et al. 2016, option A).</summary>
    ZeroPad,
}
