using System.Collections.Immutable;

namespace Espalier.Lab.Design.Recipes;

/// <summary>Values by name, equal where all of them are.</summary>
public sealed class OwnValues : IEquatable<OwnValues>
{
    private readonly ImmutableSortedDictionary<string, object> _values;

    private OwnValues(ImmutableSortedDictionary<string, object> values) => _values = values;

    /// <summary>Nothing.</summary>
    public static OwnValues None { get; } = new(ImmutableSortedDictionary.Create<string, object>(StringComparer.Ordinal));

    /// <summary>The value of a name; null if there is none.</summary>
    internal object? Find(string name) => _values.GetValueOrDefault(name);

    /// <summary>The same with another value; null for none.</summary>
    internal OwnValues With(string name, object? value) => new(value is null ? _values.Remove(name) : _values.SetItem(name, value));

    /// <inheritdoc/>
    public bool Equals(OwnValues? other) => other is not null && _values.SequenceEqual(other._values);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as OwnValues);

    /// <inheritdoc/>
    public override int GetHashCode() => _values.Aggregate(0, (hash, pair) => HashCode.Combine(hash, pair.Key, pair.Value));
}
