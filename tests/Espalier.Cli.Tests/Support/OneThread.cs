using System.Runtime.CompilerServices;
using Espalier.Runtime;

namespace Espalier.Cli.Tests.Support;

/// <summary>Tests run beside each other: each computes on one thread.</summary>
internal static class OneThread
{
    [ModuleInitializer]
    internal static void Use() => ComputeThreads.Use(1);
}
