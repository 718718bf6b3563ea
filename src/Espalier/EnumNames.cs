using System.Text.Json;

namespace Espalier;

/// <summary>Names of an enumeration's values as grids and command lines spell them: <c>shuffled-units</c>.</summary>
internal static class EnumNames
{
    /// <summary>Of one value.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    /// <summary>Of all values.</summary>
    public static IEnumerable<string> All<T>()
        where T : struct, Enum => Enum.GetValues<T>().Select(Of);

    /// <summary>The value of a name.</summary>
    /// <param name="what">What the message calls it, such as <c>method</c>.</param>
    /// <param name="name">As given.</param>
    /// <exception cref="InputException">There is none; the nearest is suggested.</exception>
    public static T Parse<T>(string what, string name)
        where T : struct, Enum =>
        Enum.GetValues<T>().Where(value => Of(value) == name).Select(value => (T?)value).FirstOrDefault()
        ?? throw Nearest.Unknown(what, name, All<T>());
}
