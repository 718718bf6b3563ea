using static Espalier.Cli.Tests.BadInput.Begun;

namespace Espalier.Cli.Tests.BadInput;

/// <summary>Options of train, prune and match that are out of range or no values.</summary>
internal static class TrainingLines
{
    public static IEnumerable<(string Line, string About)> All()
    {
        foreach (
            string rest in new[]
            {
                "--epochs 0",
                "--epochs -1",
                "--epochs many",
                "--epochs 99999999999",
                "--batch-size 0",
                "--batch-size -3",
                "--batch-size 257",
                "--learning-rate 0",
                "--learning-rate -0.1",
                "--learning-rate nan",
                "--learning-rate 1e9",
                "--learning-rate 1e400",
                "--momentum 1",
                "--momentum -0.1",
                "--weight-decay -1",
                "--schedule Linear",
                "--schedule 7",
                "--precision Float8",
                "--checkpoints 2",
                "--checkpoints -1",
                "--checkpoints one",
                "--evaluate-every -1",
                "--threads 0",
                "--threads 5000",
                "--seed x",
                "--device tpu",
                "--device cuda:99",
                "--device cuda:x",
                "--augment perhaps",
            }
        )
            yield return (
                $"{Train} {rest}",
                rest.Split(' ')[0] switch
                {
                    "--learning-rate" => "rate",
                    "--weight-decay" => "weight decay",
                    "--evaluate-every" => "evalua",
                    "--augment" => "perhaps",
                    "--batch-size" => "batch",
                    var name => name.Trim('-')[..^1],
                }
            );
        yield return ($"{Train} --batch-size 8 --learning-rate 900", "diverged");
        yield return ($"{Train} --adamw --momentum 0.8", "--momentum is SGD's");
        yield return ($"{Prune} --sparsity 0.5 --round-rewind learning-rate --dense-epochs -3", "--dense-epochs -3");
        foreach (string sparsity in new[] { "0", "1", "1.5", "-0.1", "nan", "high", "0.9999999", "0.5,2" })
            yield return ($"{Prune} --sparsity {sparsity}", sparsity.Split(',')[^1]);
        foreach (
            string rest in new[]
            {
                "--round-fraction 0",
                "--round-fraction 1",
                "--round-fraction nan",
                "--round-epochs 0",
                "--round-learning-rate 0",
                "--prunable Some",
                "--round-rewind LearningRate",
                "--round-rewind epochs",
            }
        )
            yield return ($"{Prune.Replace(rest[..14] == "--round-epochs" ? " --round-epochs 1" : "\0", "")} {rest}", rest.Split(' ')[^1]);
        foreach (
            string rest in new[]
            {
                "--match-images 1",
                "--match-images 0",
                "--epsilon -1",
                "--epsilon nan",
                "--score Cosine",
                "--score 9",
                "--taps First",
            }
        )
            yield return ($"{Match} {rest}", rest.Split(' ')[^1]);
        foreach (string word in new[] { "by", "by=luck", "restarts=2", "by=weights=2" })
            yield return ($"{Match} --how {word}", word.Split('=')[0]);
        yield return ($"{Match} --how by=weights --mask {{other/mask.safetensors}}", "fingerprint");
    }
}
