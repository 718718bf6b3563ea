namespace Espalier.Lab.Design.Recipes;

/// <summary>
/// An option of a recipe that the library does not know, for a method of one's own to read (<see cref="RecipeOptions.Register"/>).
/// </summary>
/// <remarks>Which stages it reaches is decided by whoever reads it: what comes of it stands in their options, and so in their
/// ids.</remarks>
/// <typeparam name="T">A number, a text, true or false, or an enumeration.</typeparam>
public sealed class RecipeOption<T>
    where T : notnull
{
    private readonly Func<T, bool> _isPossible;
    private readonly string _expected;

    internal RecipeOption(string name, T usual, Func<T, bool> isPossible, string expected) =>
        (Name, Usual, _isPossible, _expected) = (name, usual, isPossible, expected);

    /// <summary>As files spell it.</summary>
    public string Name { get; }

    /// <summary>Its default.</summary>
    public T Usual { get; }

    /// <summary>Its value in a recipe.</summary>
    public T Of(Recipe recipe) => recipe.Own.Find(Name) is T value ? value : Usual;

    /// <summary>A recipe with another value of it.</summary>
    public Recipe Set(Recipe recipe, T value) =>
        recipe with
        {
            Own = recipe.Own.With(Name, EqualityComparer<T>.Default.Equals(value, Usual) ? null : value),
        };

    internal void MustBePossible(Recipe recipe)
    {
        if (!_isPossible(Of(recipe)))
            throw new InputException(FormattableString.Invariant($"An option {Name} of {Of(recipe)} is impossible; expected {_expected}."));
    }
}
