using System.Runtime.CompilerServices;
using Espalier.Runtime;

namespace Espalier.Tests.Support;

internal static class OneThread
{
    /// <summary>Test classes run side by side: computations of more than one thread each would only wait for each other.</summary>
    [ModuleInitializer]
    internal static void Set() => ComputeThreads.Use(1);
}
