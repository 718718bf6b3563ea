using Espalier.Runtime;
using Mono.Cecil;
using Xunit;

namespace Espalier.Tests.Runtime;

/// <summary>Where our code adds numbers up, the number of threads decides bits.</summary>
public sealed class SumSpecs
{
    /// <summary>Our assemblies that this project uses, without the tests' own.</summary>
    public static TheoryData<string> Ours =>
        [
            .. Directory
                .GetFiles(AppContext.BaseDirectory, "Espalier*.dll")
                .Select(file => Path.GetFileName(file))
                .Where(name => !name.EndsWith("Tests.dll", StringComparison.Ordinal)),
        ];

    /// <summary>
    /// Read from the compiled code: sums and products whose bits depend on the number of threads come after
    /// <see cref="ComputeThreads.Enter"/> or a forward pass, which calls it.
    /// </summary>
    [Theory]
    [MemberData(nameof(Ours))]
    public void Whatever_adds_numbers_up_puts_the_number_of_threads_in_force(string assembly)
    {
        // Whole numbers, whose sums are the same in any order.
        string[] counting = ["Mask", "MaskInForce", "ExactSelection", "Totals", "Held", "SRigL", "RecordedStep"];
        Assert.DoesNotContain(Unheld(assembly), type => !counting.Contains(type.Split('.')[^1]));
    }

    [Fact]
    public void A_type_that_does_not_is_noticed() => Assert.Contains("Espalier.Weights.Mask", Unheld("Espalier.dll"));

    private static string[] Unheld(string assembly)
    {
        string[] adding =
        [
            "mm",
            "bmm",
            "matmul",
            "conv2d",
            "linear",
            "batch_norm",
            "group_norm",
            "norm",
            "sum",
            "mean",
            "backward",
            "cross_entropy",
        ];
        using ModuleDefinition module = ModuleDefinition.ReadModule(Path.Combine(AppContext.BaseDirectory, assembly));
        return
        [
            .. from type in module.Types
            let called = Called(type).ToArray()
            where
                called.Any(method =>
                    method.DeclaringType.FullName.StartsWith("TorchSharp.torch", StringComparison.Ordinal) && adding.Contains(method.Name)
                )
            where
                !called.Any(method =>
                    method.FullName.Contains("ComputeThreads::Enter", StringComparison.Ordinal)
                    || method.FullName.Contains("ForwardPass::Run", StringComparison.Ordinal)
                )
            select type.FullName,
        ];
    }

    private static IEnumerable<MethodReference> Called(TypeDefinition type) =>
        type
            .NestedTypes.SelectMany(Called)
            .Concat(
                type.Methods.Where(method => method.HasBody)
                    .SelectMany(method => method.Body.Instructions)
                    .Select(i => i.Operand)
                    .OfType<MethodReference>()
            );
}
