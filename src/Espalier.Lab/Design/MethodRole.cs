namespace Espalier.Lab.Design;

/// <summary>What a method is there for.</summary>
public enum MethodRole
{
    /// <summary>One of the paper's three.</summary>
    Paper,

    /// <summary>Another way to use a ticket.</summary>
    BeyondThePaper,

    /// <summary>To be beaten: a mask that knows less than the ticket does.</summary>
    Control,

    /// <summary>Needs no ticket of another network: a mask that B finds for itself.</summary>
    Baseline,

    /// <summary>To be come close to.</summary>
    UpperBound,
}
