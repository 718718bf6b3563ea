using System.Collections.Immutable;

namespace Espalier;

/// <summary>Named things: the library's, and those that a program registers before it uses them, each name once.</summary>
/// <param name="kind">What messages call one of them: <c>method</c>.</param>
/// <param name="nameOf">Its name.</param>
/// <param name="own">The library's.</param>
internal sealed class Registry<T>(string kind, Func<T, string> nameOf, Func<IReadOnlyList<T>> own)
    where T : class
{
    private ImmutableArray<T> _registered = [];

    /// <summary>The library's, then those registered, in their order.</summary>
    public IReadOnlyList<T> All => _registered.IsEmpty ? own() : [.. own(), .. _registered];

    /// <summary>Those registered.</summary>
    public IReadOnlyList<T> Registered => _registered;

    /// <summary>Adds one; what is there already is there once.</summary>
    /// <exception cref="ArgumentException">The name is another's.</exception>
    public TOne Register<TOne>(TOne one)
        where TOne : T
    {
        string name = nameOf(one);
        ImmutableInterlocked.Update(
            ref _registered,
            registered =>
                own().Concat(registered).FirstOrDefault(known => nameOf(known) == name) is not { } taken ? registered.Add(one)
                : ReferenceEquals(taken, one) ? registered
                : throw new ArgumentException($"There is a {kind} '{name}' already", nameof(one))
        );
        return one;
    }

    /// <summary>That of a name; null if there is none.</summary>
    public T? Find(string name) => All.FirstOrDefault(one => nameOf(one) == name);

    /// <summary>That of a name.</summary>
    /// <param name="name">As given.</param>
    /// <param name="what">What the message calls it, if not by its kind.</param>
    /// <exception cref="InputException">There is none; the nearest is suggested.</exception>
    public T Of(string name, string? what = null) => Find(name) ?? throw Nearest.Unknown(what ?? kind, name, All.Select(nameOf));
}
