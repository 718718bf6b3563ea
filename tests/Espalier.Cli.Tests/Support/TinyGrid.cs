namespace Espalier.Cli.Tests.Support;

/// <summary>Options of a grid of two sparsities and two rewind epochs that ends in seconds.</summary>
internal static class TinyGrid
{
    public static readonly string[] Words =
    [
        "--model",
        "mlp:width=16",
        "--epochs",
        "2",
        "--rewind",
        "0,1",
        "--round-epochs",
        "1",
        "--sparsity",
        "0.5,0.8",
        "--set",
        "round_fraction=0.5",
        "--set",
        "train_images=256",
        "--set",
        "match_images=64",
        "--quiet",
    ];
}
