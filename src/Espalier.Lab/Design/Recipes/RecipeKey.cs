namespace Espalier.Lab.Design.Recipes;

/// <summary>
/// One option of a recipe: its name in files and on command lines, and where among the recipe's records its value stands.
/// </summary>
/// <param name="Name">As files spell it.</param>
/// <param name="Type">Of its value.</param>
/// <param name="MayBeNull">Whether it may be set to nothing.</param>
/// <param name="Of">Its value in a recipe.</param>
/// <param name="Set">A recipe with another value of it.</param>
internal sealed record RecipeKey(string Name, Type Type, bool MayBeNull, Func<Recipe, object?> Of, Func<Recipe, object?, Recipe> Set)
{
    /// <summary>Whether files leave it out where it is as usual: an option that the library does not know.</summary>
    public bool IsLeftOut(Recipe recipe) => Usual is not null && Equals(Of(recipe), Usual);

    /// <summary>Of an option of one's own, its default.</summary>
    public object? Usual { get; init; }

    /// <summary>Refuses what an option of one's own may not be; null where the records see to it.</summary>
    public Action<Recipe>? Check { get; init; }

    public static RecipeKey For<T>(string name, Func<Recipe, T> of, Func<Recipe, T, Recipe> set) =>
        new(name, typeof(T), default(T) is null, recipe => of(recipe), (recipe, value) => set(recipe, (T)value!));
}
