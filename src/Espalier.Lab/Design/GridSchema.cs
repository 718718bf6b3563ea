using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Espalier.Files;
using Espalier.Lab.Design.Recipes;
using Espalier.Lab.Stages;
using Espalier.Pruning;

namespace Espalier.Lab.Design;

/// <summary>What stands under a name.</summary>
/// <param name="Type">Of the value.</param>
/// <param name="MayBeNull">Whether it may be null.</param>
internal sealed record GridField(Type Type, bool MayBeNull);

/// <summary>Holds a grid's file against the types of what it sets, so that another type is refused in the user's words.</summary>
internal static class GridSchema
{
    private static readonly NullabilityInfoContext s_nullability = new();

    private static readonly string s_seeds = Spelled(nameof(Grid.Seeds));

    /// <summary>Names as files spell them, and what each sets.</summary>
    /// <param name="type">A grid's, or a recipe's.</param>
    public static IReadOnlyDictionary<string, GridField> Of(Type type) =>
        type == typeof(Recipe)
            ? RecipeKeys.All.ToDictionary(key => key.Name, key => new GridField(key.Type, key.MayBeNull))
            : type.GetProperties()
                .Where(property => property.CanWrite)
                .ToDictionary(property => Spelled(property.Name), property => new GridField(property.PropertyType, IsNullable(property)));

    /// <summary>Whether a file holds such a value as one word or number.</summary>
    public static bool IsScalar(Type type) =>
        type.IsEnum
        || type == typeof(string)
        || type == typeof(bool)
        || type == typeof(int)
        || type == typeof(long)
        || type == typeof(double);

    /// <summary>Checks every member of an object.</summary>
    /// <param name="part">A grid, or the options of one.</param>
    /// <param name="type">What it is to become.</param>
    /// <exception cref="InputException">A name is unknown, or a value is of another type.</exception>
    public static void Check(JsonPart part, Type type)
    {
        IReadOnlyDictionary<string, GridField> known = Of(type);
        part.MustHaveOnly(type == typeof(Recipe) ? "option" : "key", [.. known.Keys]);
        foreach ((string name, JsonPart value) in part.Members)
            Check(value, known[name], name);
        string[] needed = type == typeof(OwnDataFacts) ? [.. known.Where(one => !one.Value.MayBeNull).Select(one => one.Key)] : [];
        if (needed.FirstOrDefault(name => part[name] is null) is { } missing)
            throw part.Refuse($"facts has no {missing}; expected all of {string.Join(", ", needed)}, or no facts at all.");
    }

    /// <summary>Checks one value.</summary>
    /// <param name="value">As given.</param>
    /// <param name="field">What it sets.</param>
    /// <param name="name">As files spell it.</param>
    /// <exception cref="InputException">It is of another type.</exception>
    public static void Check(JsonPart value, GridField field, string name)
    {
        if (value.Kind == JsonValueKind.Null && field.MayBeNull)
            return;
        if (name == s_seeds && value.Kind == JsonValueKind.String)
            return; // a range
        Check(value, Nullable.GetUnderlyingType(field.Type) ?? field.Type, name, field.MayBeNull ? ", or null" : "");
    }

    private static string Spelled(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    private static bool IsNullable(PropertyInfo property)
    {
        lock (s_nullability)
            return s_nullability.Create(property).WriteState == NullabilityState.Nullable;
    }

    private static void Check(JsonPart value, Type type, string name, string orNull)
    {
        if (IsRecord(type) && value.Kind == JsonValueKind.Object)
        {
            Check(value, type);
        }
        else if (IsNamed(type) && value.Kind == JsonValueKind.Object)
        {
            // What is in them is the business of whoever builds the networks.
            foreach ((string key, JsonPart member) in value.Members)
                if (member.Kind != JsonValueKind.Object)
                    throw member.Refuse($"{name}: {key} is {member}; expected an object, as a network's file holds one.");
        }
        else if (ItemOf(type) is { } item && value.Kind == JsonValueKind.Array)
        {
            for (int i = 0; i < value.Items.Count; i++)
                Check(value.Items[i], item, $"{name}[{i}]", "");
        }
        else if (HasNames(type) && value.Kind == JsonValueKind.String)
        {
            string[] names = [.. Names(type)];
            if (!names.Contains(value.Text))
                throw value.Refuse($"{name}: {Nearest.Unknown("value", FileFaults.Shorten(value.Text), names).Message}");
        }
        else if (type == typeof(MatchVariant) && value.Kind == JsonValueKind.String)
        {
            try
            {
                _ = MatchVariant.Parse(value.Text);
            }
            catch (InputException fault)
            {
                throw value.Refuse($"{name}: {fault.Message}");
            }
        }
        else if (!Fits(value, type))
        {
            throw value.Refuse($"{name} is {value}; expected {Expected(type)}{orNull}.");
        }
    }

    private static bool Fits(JsonPart value, Type type) =>
        value.Kind switch
        {
            JsonValueKind.String => type == typeof(string),
            JsonValueKind.True or JsonValueKind.False => type == typeof(bool),
            JsonValueKind.Number when type == typeof(double) => double.TryParse(
                value.Text,
                NumberStyles.Float,
                CultureInfo.InvariantCulture,
                out double number
            ) && double.IsFinite(number),
            JsonValueKind.Number => long.TryParse(value.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole)
                && (type == typeof(long) || (type == typeof(int) && whole is >= int.MinValue and <= int.MaxValue)),
            _ => false,
        };

    private static string Expected(Type type) =>
        type switch
        {
            _ when type == typeof(string) => "a text",
            _ when type == typeof(MatchVariant) => "a text such as \"by=weights against=rewind\"",
            _ when type == typeof(bool) => "true or false",
            _ when type == typeof(int) || type == typeof(long) => "a whole number",
            _ when type == typeof(double) => "a number",
            _ when IsRecord(type) => "an object of options",
            _ when IsNamed(type) => "an object of networks by name",
            _ when HasNames(type) => string.Join(", ", Names(type)),
            _ => $"a list, each of its entries {Expected(ItemOf(type)!)}",
        };

    private static bool HasNames(Type type) => type.IsEnum || type == typeof(Method) || type == typeof(IPruningCriterion);

    private static IEnumerable<string> Names(Type type) =>
        type.IsEnum ? Enum.GetNames(type).Select(JsonNamingPolicy.KebabCaseLower.ConvertName)
        : type == typeof(Method) ? Methods.All.Select(method => method.Name)
        : PruningCriteria.All.Select(criterion => criterion.Name);

    private static bool IsRecord(Type type) => type == typeof(Recipe) || type == typeof(OwnData) || type == typeof(OwnDataFacts);

    private static bool IsNamed(Type type) => type == typeof(IReadOnlyDictionary<string, JsonObject>);

    private static Type? ItemOf(Type type) =>
        type != typeof(string) && type.IsAssignableTo(typeof(IEnumerable)) ? type.GetGenericArguments()[0] : null;
}
