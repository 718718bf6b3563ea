using Espalier.Runtime;
using Mono.Cecil;
using TorchSharp;
using Xunit;

namespace Espalier.Tests.Runtime;

/// <summary>
/// No call of ours lets TorchSharp wrap a number that nobody holds: see <see cref="Held"/>. Read from the compiled code, since the wrapping
/// is often TorchSharp's own.
/// </summary>
public sealed class HeldNumberSpecs
{
    private static readonly string s_folder = AppContext.BaseDirectory;

    private static readonly Lazy<HashSet<string>> s_wrapping = new(WrappingMethods);

    /// <summary>This project's assembly and all of ours that it uses.</summary>
    public static TheoryData<string> Ours => [.. Directory.GetFiles(s_folder, "Espalier*.dll").Select(file => Path.GetFileName(file))];

    [Theory]
    [MemberData(nameof(Ours))]
    public void No_number_is_left_to_the_garbage_collector_during_a_native_call(string assembly)
    {
        using ModuleDefinition module = Read(assembly);
        string[] found =
        [
            .. from method in Methods(module)
            where !method.DeclaringType.FullName.StartsWith(typeof(Held).FullName!, StringComparison.Ordinal)
            from called in Called(method)
            where s_wrapping.Value.Contains(called.FullName)
            select $"{method.DeclaringType.Name}.{method.Name} calls {called.FullName}",
        ];
        Assert.True(found.Length == 0, string.Join('\n', found));
    }

    [Fact]
    public void The_methods_that_wrap_numbers_are_found_however_deep_the_wrapping_is()
    {
        Assert.Contains(s_wrapping.Value, m => m.Contains("Tensor::square()", StringComparison.Ordinal));
        Assert.Contains(
            s_wrapping.Value,
            m => m.Contains("Tensor::op_Addition(TorchSharp.torch/Tensor,TorchSharp.torch/Tensor)", StringComparison.Ordinal)
        );
        Assert.Contains(s_wrapping.Value, m => m.Contains("Scalar::op_Implicit(System.Double)", StringComparison.Ordinal));
        Assert.DoesNotContain(s_wrapping.Value, m => m.Contains("Tensor::mm(", StringComparison.Ordinal));
    }

    /// <summary>Every method of TorchSharp that makes a Scalar, and every one that calls such a method.</summary>
    private static HashSet<string> WrappingMethods()
    {
        using ModuleDefinition torch = Read("TorchSharp.dll");
        Dictionary<string, HashSet<string>> calls = [];
        HashSet<string> wrapping = [];
        foreach (MethodDefinition method in Methods(torch))
        {
            calls[method.FullName] = [.. Called(method).Select(called => called.FullName)];
            if (Makes(method) || (method.DeclaringType.FullName != typeof(Scalar).FullName && Called(method).Any(Makes)))
                wrapping.Add(method.FullName);
        }
        while (true)
        {
            string[] more = [.. calls.Where(c => !wrapping.Contains(c.Key) && c.Value.Overlaps(wrapping)).Select(c => c.Key)];
            if (more.Length == 0)
                return wrapping;
            wrapping.UnionWith(more);
        }
    }

    private static bool Makes(MethodReference method) =>
        method.DeclaringType.FullName is "TorchSharp.Scalar" or "TorchSharp.ScalarExtensionMethods"
        && (method.ReturnType.FullName == typeof(Scalar).FullName || method.Name == ".ctor");

    private static IEnumerable<MethodDefinition> Methods(ModuleDefinition module) =>
        module.GetTypes().SelectMany(type => type.Methods).Where(method => method.HasBody);

    private static IEnumerable<MethodReference> Called(MethodDefinition method) =>
        method.Body.Instructions.Select(i => i.Operand).OfType<MethodReference>();

    private static ModuleDefinition Read(string assembly) => ModuleDefinition.ReadModule(Path.Combine(s_folder, assembly));
}
