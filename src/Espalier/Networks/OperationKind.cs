using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Espalier.Networks;

/// <summary>A kind of operation as files know it: its name and its fields, taken from the record that declares it.</summary>
/// <param name="Name">Such as <c>batch-norm</c>.</param>
/// <param name="Fields">In the order of their declaration.</param>
/// <param name="Make">An operation of a value for each field.</param>
internal sealed record OperationKind(string Name, IReadOnlyList<OperationField> Fields, Func<object?[], Operation> Make)
{
    private static readonly Dictionary<Type, OperationKind> s_kinds = typeof(Operation)
        .GetCustomAttributes<JsonDerivedTypeAttribute>()
        .ToDictionary(derived => derived.DerivedType, derived => Of((string)derived.TypeDiscriminator!, derived.DerivedType));

    /// <summary>All kinds.</summary>
    public static IEnumerable<OperationKind> All => s_kinds.Values;

    /// <summary>The kind of an operation.</summary>
    public static OperationKind Of(Operation operation) => Of(operation.GetType());

    /// <summary>The kind that a record declares.</summary>
    public static OperationKind Of(Type operation) => s_kinds[operation];

    /// <summary>The kind of a name; null if there is none.</summary>
    public static OperationKind? Named(string name) => All.FirstOrDefault(kind => kind.Name == name);

    /// <summary>What is wrong with an operation's fields; null if nothing is.</summary>
    public string? Fault(Operation operation)
    {
        foreach (OperationField field in Fields)
            if (field.Range is { } range && field.Of(operation) is var value && !range.Holds(value))
                return FormattableString.Invariant($"has {field.Name} {value}; expected {range}");
        return null;
    }

    private static OperationKind Of(string name, Type type)
    {
        ConstructorInfo constructor = type.GetConstructors().Single();
        OperationField[] fields = [.. constructor.GetParameters().Select(parameter => FieldOf(type, parameter))];
        return new OperationKind(name, fields, values => (Operation)constructor.Invoke(values));
    }

    private static OperationField FieldOf(Type type, ParameterInfo parameter)
    {
        PropertyInfo property = type.GetProperty(parameter.Name!)!;
        string name = JsonNamingPolicy.KebabCaseLower.ConvertName(property.Name);
        return new OperationField(
            name,
            property.PropertyType,
            property.GetCustomAttribute<FieldRangeAttribute>(),
            !parameter.HasDefaultValue ? null
                : property.PropertyType == typeof(Extent) ? (Extent)property.GetCustomAttribute<FieldRangeAttribute>()!.Usual
                : property.PropertyType.IsEnum ? Enum.ToObject(property.PropertyType, parameter.DefaultValue!)
                : parameter.DefaultValue,
            property.GetCustomAttribute<LeftOutAttribute>() is not null,
            operation => property.GetValue(operation)!
        );
    }
}
