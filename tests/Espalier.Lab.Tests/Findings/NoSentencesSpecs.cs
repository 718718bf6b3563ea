using Espalier.Lab.Findings;
using Mono.Cecil;
using Xunit;

namespace Espalier.Lab.Tests.Findings;

/// <summary>Findings are numbers: how they are spelled, rounded and put into sentences is for those who show them.</summary>
public sealed class NoSentencesSpecs
{
    /// <summary>What the provenance of a stage says of its machine.</summary>
    private static readonly string[] s_names = ["MachineOf"];

    [Fact]
    public void No_finding_puts_numbers_into_text() => Assert.Empty(Formatting("Espalier.Lab.Findings"));

    [Fact]
    public void Text_with_numbers_is_noticed() => Assert.NotEmpty(Formatting("Espalier.Lab.Engine.Running"));

    /// <summary>Methods of a namespace that format, but for the message of an exception.</summary>
    private static string[] Formatting(string space)
    {
        using ModuleDefinition module = ModuleDefinition.ReadModule(typeof(MeanStd).Assembly.Location);
        return
        [
            .. from type in module.GetTypes()
            where Outermost(type).Namespace == space && !s_names.Contains(Outermost(type).Name)
            from method in type.Methods
            where method.HasBody && !s_names.Any(name => method.Name.Contains(name, StringComparison.Ordinal))
            let called = method.Body.Instructions.Select(i => i.Operand).OfType<MethodReference>().ToArray()
            where called.Any(Formats) && !called.Any(Fails)
            select method.FullName,
        ];
    }

    private static bool Formats(MethodReference called) =>
        called.DeclaringType.Name == "DefaultInterpolatedStringHandler" || called is { Name: "Format", DeclaringType.Name: "String" };

    private static bool Fails(MethodReference called) =>
        called.Name == ".ctor" && called.DeclaringType.Name.EndsWith("Exception", StringComparison.Ordinal);

    private static TypeDefinition Outermost(TypeDefinition type) => type.DeclaringType is { } outer ? Outermost(outer) : type;
}
