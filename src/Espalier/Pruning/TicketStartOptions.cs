namespace Espalier.Pruning;

/// <summary>What a start takes of a ticket's arrays that no mask prunes: biases, and scales and shifts of normalisations.</summary>
public enum OtherArrays
{
    /// <summary>Nothing: they stay as they are.</summary>
    Own,

    /// <summary>Signs: |w| · sign(t).</summary>
    Signs,

    /// <summary>Values, and with them the running means and variances.</summary>
    Values,
}

/// <summary>How the weights that a sparse training starts from are made of its own and of a ticket's.</summary>
public sealed record TicketStartOptions
{
    /// <summary>What the kept weights are. Default: its own; all else then means nothing.</summary>
    public TicketStart Kind { get; init; }

    /// <summary>
    /// Whether the classifier's kept weights are made so too: those of the network's last weight array. Default: yes, as Oh et al. 2025 do.
    /// </summary>
    public bool Classifier { get; init; } = true;

    /// <summary>What is taken of biases and normalisations. Default: nothing.</summary>
    public OtherArrays Others { get; init; }
}
