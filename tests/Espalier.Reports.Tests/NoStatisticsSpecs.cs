using Mono.Cecil;

namespace Espalier.Reports.Tests;

/// <summary>Statistics have one definition each, in the laboratory's findings: a report only says and draws them.</summary>
public sealed class NoStatisticsSpecs
{
    /// <summary>Places on paper are no statistics.</summary>
    private static readonly string[] s_geometry = ["Espalier.Reports.Charts", "Espalier.Reports.Drawing"];

    [Fact]
    public void A_report_takes_no_mean_and_no_deviation() => Assert.Empty(Computing(typeof(Report)));

    [Fact]
    public void A_mean_where_one_is_taken_is_noticed() => Assert.NotEmpty(Computing(typeof(Lab.Findings.MeanStd)));

    [Fact]
    public void A_report_knows_no_package_of_statistics() =>
        Assert.DoesNotContain(
            typeof(Report).Assembly.GetReferencedAssemblies(),
            assembly => assembly.Name!.StartsWith("MathNet", StringComparison.Ordinal)
        );

    /// <summary>Methods of an assembly that take a mean or a root.</summary>
    private static string[] Computing(Type one)
    {
        using ModuleDefinition module = ModuleDefinition.ReadModule(one.Assembly.Location);
        return
        [
            .. from type in module.GetTypes()
            where !s_geometry.Contains(NamespaceOf(type))
            from method in type.Methods
            where method.HasBody
            from called in method.Body.Instructions.Select(i => i.Operand).OfType<MethodReference>()
            where
                (called.Name == "Average" && called.DeclaringType.Name == "Enumerable")
                || (called.Name is "Sqrt" && called.DeclaringType.Name == "Math")
            select method.FullName,
        ];
    }

    private static string NamespaceOf(TypeDefinition type) => type.DeclaringType is { } outer ? NamespaceOf(outer) : type.Namespace;
}
