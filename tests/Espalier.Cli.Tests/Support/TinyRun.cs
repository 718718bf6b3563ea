namespace Espalier.Cli.Tests.Support;

/// <summary>The command line of a run that ends in seconds, in the store <c>store</c> of its current folder.</summary>
internal static class TinyRun
{
    public static readonly string[] Line =
    [
        "run",
        "--model",
        "mlp:width=16",
        "--epochs",
        "2",
        "--rewind",
        "0",
        "--round-epochs",
        "1",
        "--sparsity",
        "0.5",
        "--set",
        "round_fraction=0.5",
        "--set",
        "train_images=256",
        "--set",
        "match_images=64",
        "--workers",
        "1",
        "--threads",
        "1",
        "--store",
        "store",
    ];
}
