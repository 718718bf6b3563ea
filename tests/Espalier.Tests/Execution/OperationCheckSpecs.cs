using Espalier.Execution;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Execution;

public class OperationCheckSpecs
{
    [Fact]
    public void On_the_cpu_all_operations_give_the_numbers_of_float64()
    {
        IReadOnlyList<OperationCheck> operations = OperationCheck.All(CPU);
        Assert.Equal(7, operations.Count);
        Assert.All(operations, operation => Assert.True(operation.Holds, $"{operation}"));
        Assert.All(operations, operation => Assert.True(operation.Difference > 0, $"{operation.Name} was compared with itself"));
    }

    /// <summary>What the tolerances are for: a format with fewer digits is told from the one that is promised.</summary>
    [Fact]
    public void Numbers_of_a_coarser_format_are_noticed()
    {
        foreach (
            OperationCheck coarse in OperationCheck.All(CPU).Where(operation => operation.Name.EndsWith("bf16", StringComparison.Ordinal))
        )
            Assert.False((coarse with { Tolerance = OperationCheck.Float32Tolerance }).Holds, $"{coarse}");
        Assert.False(new OperationCheck("nothing", double.NaN, 1).Holds);
    }
}
