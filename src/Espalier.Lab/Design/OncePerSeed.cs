namespace Espalier.Lab.Design;

/// <summary>Keeps statistics honest: a seed that is counted twice makes an interval too narrow.</summary>
internal static class OncePerSeed
{
    /// <summary>The values as they are.</summary>
    /// <param name="values">Measured numbers.</param>
    /// <param name="key">What tells two of them apart, the seed among it.</param>
    /// <param name="what">What one of them is, for the message.</param>
    /// <exception cref="InvalidOperationException">Two have the same key.</exception>
    public static IReadOnlyList<T> Of<T, TKey>(IReadOnlyList<T> values, Func<T, TKey> key, string what)
    {
        var seen = new HashSet<TKey>();
        foreach (T value in values)
            if (key(value) is var found && !seen.Add(found))
                throw new InvalidOperationException($"The {what} {found} is there twice; it would count twice.");
        return values;
    }
}
