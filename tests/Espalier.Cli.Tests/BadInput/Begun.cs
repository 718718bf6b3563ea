namespace Espalier.Cli.Tests.BadInput;

/// <summary>What lines of bad input begin with: commands that work as they stand. Words in braces are files of the test's folder.</summary>
internal static class Begun
{
    public const string Out = "{out}";

    /// <summary>Commands that work once their last words are gone.</summary>
    public const string Train = "train --train-images 256 --model mlp:width=16 --epochs 1 --threads 1 --quiet --out {out}",
        Prune = "prune {good/weights.safetensors} --train-images 256 --round-epochs 1 --threads 1 --quiet --out {out}",
        Match =
            "match {good/weights.safetensors} {good/weights.safetensors} --train-images 256 --threads 1 --quiet --out {out/pi.safetensors}",
        Run =
            "run --set train_images=256 --model mlp:width=16 --epochs 2 --rewind 1 --sparsity 0.5 --round-epochs 1 --set "
            + "match_images=64 --workers 1 --threads 1 --quiet --store {store} --out {out}";
}
