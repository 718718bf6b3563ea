namespace Espalier.Lab.Design.Recipes;

/// <summary>Options of recipes that a program adds to the library's.</summary>
public static class RecipeOptions
{
    /// <summary>
    /// Makes an option known in this process, once: it is set and written by its name as the others are, in grids' files, by
    /// <see cref="GridFile.Set"/> and in reports; files leave it out where it is as usual.
    /// </summary>
    /// <param name="name">As files spell it: lower-case words joined by underscores.</param>
    /// <param name="usual">Its default.</param>
    /// <param name="isPossible">Which values may be.</param>
    /// <param name="expected">The same in words: <c>more than 0 and less than 1</c>.</param>
    /// <typeparam name="T">A number, a text, true or false, or an enumeration.</typeparam>
    /// <exception cref="ArgumentException">The name is another option's or no name, its default is impossible, or files cannot hold such
    /// values.</exception>
    public static RecipeOption<T> Register<T>(string name, T usual, Func<T, bool> isPossible, string expected)
        where T : notnull
    {
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_'))
            throw new ArgumentException($"'{name}' is no name of an option; expected lower-case words joined by underscores", nameof(name));
        if (!isPossible(usual))
            throw new ArgumentException($"The default of {name}, {usual}, is impossible; expected {expected}", nameof(usual));
        if (!GridSchema.IsScalar(typeof(T)))
            throw new ArgumentException($"A file holds no {typeof(T).Name} for {name}", nameof(usual));
        var option = new RecipeOption<T>(name, usual, isPossible, expected);
        RecipeKey key = RecipeKey.For(name, option.Of, option.Set);
        RecipeKeys.Known.Register(key with { MayBeNull = false, Usual = usual, Check = option.MustBePossible });
        return option;
    }
}
