using Xunit;

namespace Espalier.Tests.Files;

/// <summary>Checks that something is refused the way the command line needs it: one sentence that names the file.</summary>
internal static class Refusal
{
    public static string Of(Action action, string path, string expected)
    {
        InputException fault = Assert.Throws<InputException>(action);
        Assert.Contains(path, fault.Message, StringComparison.Ordinal);
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault.Message);
        Assert.DoesNotContain('\0', fault.Message);
        Assert.InRange(fault.Message.Length, 10, 500);
        return fault.Message;
    }
}
