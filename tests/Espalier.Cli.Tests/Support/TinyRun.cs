namespace Espalier.Cli.Tests.Support;

/// <summary>The command line of a run that ends in seconds, in the store <c>store</c> of its current folder.</summary>
internal static class TinyRun
{
    public static readonly string[] Line = ["run", .. TinyGrid.Of("0", "0.5"), "--workers", "1", "--threads", "1", "--store", "store"];
}
