using System.Runtime.CompilerServices;

namespace Espalier.Tests.Support;

internal static class ShortProcesses
{
    /// <summary>
    /// Processes that tests start end within seconds: they gain nothing by what the runtime compiles a second time, a fifth of their work.
    /// </summary>
    [ModuleInitializer]
    internal static void Set() => Environment.SetEnvironmentVariable("DOTNET_TC_CallCountingDelayMs", "20000");
}
