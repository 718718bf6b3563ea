using static Espalier.Cli.Tests.BadInput.Begun;

namespace Espalier.Cli.Tests.BadInput;

/// <summary>Options and files of a grid that ask for nothing that could be run.</summary>
internal static class GridLines
{
    /// <summary>What is out of range, or no value.</summary>
    public static IEnumerable<(string Line, string About)> Options()
    {
        foreach (string sparsity in new[] { "0", "1", "1.5", "-0.1", "nan", "high", "0.9999999" })
            yield return ($"{Run.Replace(" --sparsity 0.5", "")} --sparsity {sparsity}", sparsity);
        foreach (string word in new[] { "by=luck", "against=init" })
            yield return ($"{Run} --match-variants {word}", word.Split('=')[0]);
        foreach (string rewind in new[] { "2", "-1", "soon" })
            yield return ($"{Run.Replace(" --rewind 1", "")} --rewind {rewind}", rewind);
        foreach (
            string rest in new[]
            {
                "--seeds x",
                "--seeds 2-1",
                "--set sparse_learning_rate=0",
                "--set sparse_learning_rate=-1",
                "--set sparse_learning_rate=fast",
                "--set epochs",
                "--set round_fraction=1",
                "--set rewind_shift=-1",
                "--methods perm",
                "--recipe papr",
                "--match-epochs 3",
                "--dataset cifar11",
                "--scale 0",
                "--scale -1",
                "--budget 2",
                "--budget -1h",
                "--only sparsity=0.9",
                "--only sparsity",
                "--device tpu",
                "--set batch_size=257",
            }
        )
            yield return ($"{Run} {rest}", rest.Split(' ', '=', ';')[^1].Trim('-'));
        foreach (
            (string rest, string about) in new[]
            {
                ("--seeds 1,1", "seed twice"),
                ("--only colour=red", "colour"),
                ("--set sparse_learning_rat=1", "sparse_learning_rate"),
                ("--set normalization=imagenet", "channels"),
                ("--data {folder}", "is embedded"),
                ("--dataset mnist --data {idx-small}", "are 1x14x14; a grid's networks are made for 1x28x28"),
            }
        )
            yield return ($"{Run} {rest}", about);
        foreach (string option in new[] { "--workers", "--threads" })
            yield return ($"{Run.Replace($"{option} 1 ", "")} {option} 0", "0");
        yield return ($"{Run.Replace("mlp:width=16", "mlp;mlp")}", "network twice");
        yield return ($"{Run.Replace(" --sparsity 0.5", "")} --sparsity ,", "--sparsity");
        yield return (
            $"{Run.Replace("--epochs 2 --rewind 1", "--epochs 1 --rewind 0")} --set rewind_shift=1",
            "more epochs than the shift"
        );
        yield return ($"{Run.Replace("--epochs 2", "--epochs 1")}", "rewind epoch 1 of 1 epoch of training; expected 0.");
        yield return ($"{Run} --sparsity high", "in the option --sparsity");
        yield return ($"{Run.Replace(" --rewind 1", "")} --rewind ,", "--rewind");
        yield return ($"{Run} --set match_images=1", "1 image");
    }

    /// <summary>Files of grids, and presets whose data are absent.</summary>
    public static IEnumerable<(string Line, string About)> Files()
    {
        yield return ($"reproduce table5 --data {{nowhere}} --workers 1 --threads 1 --quiet --store {{store}} --out {Out}", "cifar10");
        foreach (
            (string grid, string about) in new[]
            {
                ("null.json", "null"),
                ("invalid.json", "invalid"),
                ("grid-key.json", "sparsities"),
                ("grid-option.json", "round_epochs"),
                ("grid-type.json", "epochs"),
                ("grid-method.json", "methods"),
                ("grid-rewind.json", "rewind epoch 5"),
            }
        )
            yield return ($"run {{{grid}}} --quiet --workers 1 --threads 1 --store {{store}} --out {Out}", about);
    }
}
