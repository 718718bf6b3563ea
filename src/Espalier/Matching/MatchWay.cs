namespace Espalier.Matching;

/// <summary>A way to find π by name: what a text about it may say, and the matcher that it comes to.</summary>
/// <param name="name">As texts spell it: <c>straight-through</c>.</param>
/// <param name="matcher">Makes the matcher that a specification asks for.</param>
public sealed class MatchWay(string name, Func<MatchSpecification, IMatcher> matcher)
{
    /// <summary>As texts spell it.</summary>
    public string Name => name;

    /// <summary>Words of a text that it reads, beside <c>by</c>; all others mean nothing by it.</summary>
    public IReadOnlyList<string> Reads { get; init; } = [];

    /// <summary>Whether activations are compared, so that <see cref="MatchSpecification.Activations"/> counts.</summary>
    public bool ComparesActivations { get; init; }

    /// <summary>Whether they are read at all taps, whatever <see cref="MatchingOptions.Taps"/> says.</summary>
    public bool ReadsAllTaps { get; init; }

    /// <summary>Whether <see cref="MatchSpecification.Seed"/> counts.</summary>
    public bool IsRandom { get; init; } = true;

    /// <summary>Whether A has to be pruned: only what a mask keeps of it counts.</summary>
    public bool NeedsMask { get; init; }

    /// <summary>Makes the matcher.</summary>
    /// <exception cref="InputException">An option is out of range.</exception>
    public IMatcher Matcher(MatchSpecification specification) => matcher(specification);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
