using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>Whatever the user gets wrong is one clear sentence and exit code 2, and leaves nothing half-written.</summary>
public class BadInputSpecs(Workshop shop) : IClassFixture<Workshop>
{
    /// <summary>@name is a file of the workshop, %out a fresh place to write to.</summary>
    [Theory]
    [InlineData("trian --out %out")]
    [InlineData("--bogus")]
    [InlineData("train")]
    [InlineData("train --out")]
    [InlineData("train --out %out --eopchs 3")]
    [InlineData("train --out %out --epochs three")]
    [InlineData("train --out %out --epochs 0")]
    [InlineData("train --out %out --epochs -1")]
    [InlineData("train --out %out --batch-size 0")]
    [InlineData("train --out %out --batch-size 300")]
    [InlineData("train --out %out --learning-rate 0")]
    [InlineData("train --out %out --learning-rate -1")]
    [InlineData("train --out %out --learning-rate nan")]
    [InlineData("train --out %out --learning-rate 900 --weight-decay 900 --epochs 3")]
    [InlineData("train --out %out --momentum 1")]
    [InlineData("train --out %out --weight-decay -1")]
    [InlineData("train --out %out --schedule cosine")]
    [InlineData("train --out %out --precision float64")]
    [InlineData("train --out %out --evaluate-every -1")]
    [InlineData("train --out %out --epochs 2 --checkpoints 3")]
    [InlineData("train --out %out --checkpoints -1")]
    [InlineData("train --out %out --checkpoints one")]
    [InlineData("train --out %out --dataset fashion")]
    [InlineData("train --out %out --dataset cifar10 --data @nowhere")]
    [InlineData("train --out %out --dataset cifar10 --data @cifar-short")]
    [InlineData("train --out %out --dataset cifar10 --data @cifar-label")]
    [InlineData("train --out %out --dataset cifar100 --data @file")]
    [InlineData("train --out %out --dataset mnist --data @idx")]
    [InlineData("train --out %out --train-images 0")]
    [InlineData("train --out %out --train-images 10001")]
    [InlineData("train --out %out --model lenet")]
    [InlineData("train --out %out --model mlp:depth")]
    [InlineData("train --out %out --model mlp:width=-4")]
    [InlineData("train --out %out --model resnet20:shortcut=none")]
    [InlineData("train --out %out --model @nowhere.json")]
    [InlineData("train --out %out --model @net.json")]
    [InlineData("train --out %out --model @small.json")]
    [InlineData("train --out %out --model vgg11")]
    [InlineData("train --out %out --normalization cifar")]
    [InlineData("train --out %out --normalization cifar10")]
    [InlineData("train --out %out --normalization 0.5/0")]
    [InlineData("train --out %out --normalization 0.5,x/1,1")]
    [InlineData("train --out %out --threads 0")]
    [InlineData("train --out %out --device gpu")]
    [InlineData("train --out %out --device cuda:7")]
    [InlineData("train --out @file/below")]
    [InlineData("train --out /proc/espalier")]
    [InlineData("train --out @A")]
    [InlineData("train --out %out --from @nowhere.safetensors")]
    [InlineData("train --out %out --from @A/weights.safetensors --mask @otherP/sparsity-0.5/mask.safetensors")]
    [InlineData("train --out %out --from @A/weights.safetensors --mask @pi.safetensors")]
    [InlineData("train --out %out --from @A/weights.safetensors --model mlp:width=12")]
    [InlineData("evaluate @nowhere.safetensors")]
    [InlineData("evaluate @truncated.safetensors")]
    [InlineData("evaluate @empty.safetensors")]
    [InlineData("evaluate @text.safetensors")]
    [InlineData("evaluate @header.safetensors")]
    [InlineData("evaluate @broken.pth --model mlp")]
    [InlineData("evaluate @nan.safetensors")]
    [InlineData("evaluate @missing.safetensors")]
    [InlineData("evaluate @extra.safetensors")]
    [InlineData("evaluate @shape.safetensors")]
    [InlineData("evaluate @integers.safetensors")]
    [InlineData("evaluate @P/sparsity-0.8/mask.safetensors")]
    [InlineData("evaluate @A/weights.safetensors --split validation")]
    [InlineData("evaluate @A/weights.safetensors --mask @A/weights.safetensors")]
    [InlineData("evaluate")]
    [InlineData("evaluate @A")]
    [InlineData("prune @A/weights.safetensors --out %out --sparsity 0")]
    [InlineData("prune @A/weights.safetensors --out %out --sparsity 1")]
    [InlineData("prune @A/weights.safetensors --out %out --sparsity 1.5")]
    [InlineData("prune @A/weights.safetensors --out %out --sparsity -0.5")]
    [InlineData("prune @A/weights.safetensors --out %out --sparsity nan")]
    [InlineData("prune @A/weights.safetensors --out %out --sparsity most")]
    [InlineData("prune @A/weights.safetensors --out %out --sparsity 0.9999999")]
    [InlineData("prune @A/weights.safetensors --out %out --sparsity 0.5 0.8")]
    [InlineData("prune @A/weights.safetensors --out %out --sparsity 0.5 --round-fraction 0")]
    [InlineData("prune @A/weights.safetensors --out %out --sparsity 0.5 --round-fraction 1")]
    [InlineData("prune @A/weights.safetensors --out %out --sparsity 0.5 --round-epochs 0")]
    [InlineData("prune @A/weights.safetensors --out %out --sparsity 0.5 --prunable everything")]
    [InlineData("prune @truncated.safetensors --out %out --sparsity 0.5")]
    [InlineData("match @A/weights.safetensors @other/weights.safetensors --out %out/p")]
    [InlineData("match @A/weights.safetensors --out %out/p")]
    [InlineData("match @A/weights.safetensors @B/weights.safetensors")]
    [InlineData("match @A/weights.safetensors @B/weights.safetensors --out %out/p --match-images 1")]
    [InlineData("match @A/weights.safetensors @B/weights.safetensors --out %out/p --epsilon -1")]
    [InlineData("match @A/weights.safetensors @B/weights.safetensors --out %out/p --score cosine")]
    [InlineData("match @A/weights.safetensors @B/weights.safetensors --out %out/p --taps first")]
    [InlineData("match @A/weights.safetensors @B/weights.safetensors --match-images 100 --out @file/p")]
    [InlineData("transplant @P/sparsity-0.8/mask.safetensors -p @nobijection.safetensors --start @B/epoch-0001.safetensors --out %out")]
    [InlineData("transplant @P/sparsity-0.8/mask.safetensors -p @otherpi.safetensors --start @B/epoch-0001.safetensors --out %out")]
    [InlineData("transplant @pi.safetensors -p @P/sparsity-0.8/mask.safetensors --start @B/epoch-0001.safetensors --out %out")]
    [InlineData("transplant @otherP/sparsity-0.5/mask.safetensors -p @pi.safetensors --start @B/epoch-0001.safetensors --out %out")]
    [InlineData("transplant @P/sparsity-0.8/mask.safetensors -p @pi.safetensors --start @B/epoch-0007.safetensors --out %out")]
    [InlineData("transplant @P/sparsity-0.8/mask.safetensors -p @pi.safetensors --out %out")]
    [InlineData("show @text.safetensors")]
    [InlineData("show @nowhere")]
    [InlineData("data show --dataset cifar10 --data @cifar-short")]
    [InlineData("data fetch imagenet --data %out")]
    [InlineData("data shwo")]
    [InlineData("completion powershell")]
    [InlineData("demo --seeds 0 --out %out")]
    [InlineData("pipeline --out %out --epochs 3 --rewind 3")]
    [InlineData("pipeline --out %out --epochs 3 --rewind -1")]
    [InlineData("pipeline --out %out --epochs 3 --rewind 1 --sparsity 2")]
    [InlineData("pipeline --out %out --epochs 3 --rewind 1 --seeds 0")]
    public async Task Bad_input_is_one_sentence_and_exit_code_2(string line)
    {
        string target = shop[$"out-{Guid.NewGuid():N}"];
        string[] args = [.. line.Split(' ').Select(arg => arg.StartsWith('@') ? shop[arg[1..]] : arg.Replace("%out", target, StringComparison.Ordinal))];
        bool takesImages = args[0] is "train" or "prune" or "pipeline" && !args.Contains("--train-images");
        bool isSmall = args[0] is "train" && !args.Contains("--model") && !args.Contains("--from");
        Tool tool = await Tool.Run([.. args, .. takesImages ? (string[])["--train-images", "256"] : [], .. isSmall ? (string[])["--model", "mlp:width=8"] : []]);

        Assert.True(tool.ExitCode == 2, $"exit code {tool.ExitCode}: {tool.Error}");
        string sentence = Assert.Single(tool.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries), text => !text.Contains("left", StringComparison.Ordinal) && !text.Contains("0%", StringComparison.Ordinal));
        Assert.StartsWith("error: ", sentence, StringComparison.Ordinal);
        Assert.Matches(@"[.)?]$", sentence.TrimEnd());
        Assert.DoesNotContain("Internal failure", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", tool.Error, StringComparison.Ordinal);
        if (Directory.Exists(target))
        {
            string[] left = Directory.GetFiles(target, "*", SearchOption.AllDirectories);
            Assert.DoesNotContain(left, file => file.Contains(".part", StringComparison.Ordinal) || Path.GetFileName(file) is "weights.safetensors" or "summary.json");
        }
    }
}
