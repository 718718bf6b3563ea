namespace Espalier.Cli.Tests.Support;

/// <summary>Options of a grid that ends in seconds.</summary>
internal static class TinyGrid
{
    /// <summary>Of two sparsities and two rewind epochs.</summary>
    public static readonly string[] Words = [.. Of("0,1", "0.5,0.8"), "--quiet"];

    /// <summary>Of some rewind epochs and sparsities.</summary>
    public static string[] Of(string rewind, string sparsity) =>
        [
            "--model",
            "mlp:width=16",
            "--epochs",
            "2",
            "--rewind",
            rewind,
            "--round-epochs",
            "1",
            "--sparsity",
            sparsity,
            "--set",
            "round_fraction=0.5",
            "--set",
            "train_images=256",
            "--set",
            "match_images=64",
        ];
}
