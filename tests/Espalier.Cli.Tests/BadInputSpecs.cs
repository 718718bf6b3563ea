using System.Buffers.Binary;
using Espalier.Cli.Tests.Support;
using Espalier.Randomness;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>Whatever the user gets wrong ends in one sentence and exit code 2, and leaves nothing behind.</summary>
public sealed class BadInputSpecs(BadFiles files) : IClassFixture<BadFiles>
{
    private const string Out = "{out}";

    /// <summary>Commands that work once their last words are gone.</summary>
    private const string Train = "train --train-images 256 --model mlp:width=16 --epochs 1 --threads 1 --quiet --out {out}",
        Prune = "prune {good/weights.safetensors} --train-images 256 --round-epochs 1 --threads 1 --quiet --out {out}",
        Match =
            "match {good/weights.safetensors} {good/weights.safetensors} --train-images 256 --threads 1 --quiet --out {out/pi.safetensors}",
        Run =
            "run --set train_images=256 --model mlp:width=16 --epochs 2 --rewind 1 --sparsity 0.5 --round-epochs 1 --set "
            + "match_images=64 --workers 1 --threads 1 --quiet --store {store} --out {out}";

    /// <summary>A line and what its sentence must speak of.</summary>
    public static TheoryData<string, string> Rows()
    {
        var rows = new TheoryData<string, string>();
        foreach ((string line, string about) in Files().Concat(Pictures()).Concat(Options()).Concat(Places()).Concat(Between()))
            rows.Add(line, about);
        return rows;
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Ends_in_one_sentence_and_leaves_nothing(string line, string about)
    {
        string run = $"run-{Guid.NewGuid():n}";
        string[] args =
        [
            .. line.Split(' ')
                .Select(word => word.Length > 1 && word[0] == '{' && word[^1] == '}' ? files.Folder[Place(word[1..^1], run)] : word),
        ];
        Dictionary<string, string> before = files.Folder.Digests();

        ShellResult result = await Shell.RunAsync(args);

        Assert.True(result.Code == 2, $"exit code {result.Code}: {result.Err}{result.Out}");
        string sentence = Assert.Single(result.ErrorLines);
        Assert.StartsWith("error: ", sentence);
        Assert.True(sentence is [.., '.' or '?'], sentence);
        Assert.Contains(about, sentence, StringComparison.OrdinalIgnoreCase);
        foreach (string ugly in new[] { "Internal failure", "   at ", "Exception", "System.", "`1" })
            Assert.DoesNotContain(ugly, sentence);
        Assert.Empty(result.Out);
        Assert.Equal(before, files.Folder.Digests());
    }

    [Theory]
    [InlineData("weights")]
    [InlineData("mask")]
    [InlineData("pi")]
    public async Task A_flipped_bit_in_a_header_is_harmless_or_refused_with_a_sentence(string kind)
    {
        byte[] good = File.ReadAllBytes(files.Folder[$"good/{kind}.safetensors"]);
        int header = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(good);
        var random = new RandomStream(7, $"flips.{kind}");
        for (int i = 0; i < 200; i++)
        {
            byte[] bytes = [.. good];
            int at = random.NextInt(header);
            bytes[at] ^= (byte)(1 << random.NextInt(8));
            ShellResult result = await Shell.RunAsync("show", files.Folder.Write($"bits/{kind}.safetensors", bytes));
            if (result.Code == 0)
                continue;
            Assert.True(result.Code == 2, $"byte {at} as '{(char)bytes[at]}': exit code {result.Code}: {result.Err}");
            Assert.StartsWith("error: ", Assert.Single(result.ErrorLines));
        }
    }

    private static string Place(string name, string run) => name.StartsWith("out", StringComparison.Ordinal) ? run + name[3..] : name;

    private static IEnumerable<(string, string)> Files()
    {
        foreach (string damage in new[] { "cut", "empty", "text", "flipped" })
        {
            string weights = $"{{{damage}/weights.safetensors}}",
                mask = $"{{{damage}/mask.safetensors}}",
                pi = $"{{{damage}/pi.safetensors}}";
            yield return ($"show {weights}", damage);
            yield return ($"evaluate {weights} --threads 1", damage);
            yield return ($"{Train} --from {weights}", damage);
            yield return ($"{Train} --mask {mask}", damage);
            yield return ($"transplant {{good/mask.safetensors}} -p {pi} --start {{good/weights.safetensors}} --out {Out}", damage);
        }
        foreach (string damage in new[] { "nan", "infinite", "shape", "missing", "integers", "renamed" })
            yield return ($"{Train} --from {{{damage}/weights.safetensors}}", damage);
        foreach (string damage in new[] { "renamed", "shape", "twos", "blank" })
            yield return ($"{Train} --mask {{{damage}/mask.safetensors}}", damage);
        foreach (string damage in new[] { "repeated", "range", "short", "missing" })
            yield return (
                $"transplant {{good/mask.safetensors}} -p {{{damage}/pi.safetensors}} --start {{good/weights.safetensors}} --out {Out}",
                damage
            );
        yield return ("evaluate {nameless/weights.safetensors} --threads 1", "name the model");
        yield return ("evaluate {nowhere.safetensors} --threads 1", "nowhere");
        yield return ("evaluate {folder} --threads 1", "folder");
        yield return ("evaluate {text.pt} --model mlp:width=16 --threads 1", "text.pt");
        yield return ("show {text.pt}", "text.pt");
        yield return ("show {repeated/pi.safetensors}", "repeated");
        yield return ("show {twos/mask.safetensors}", "twos");
        yield return ("show {nowhere.safetensors}", "nowhere");
        yield return ("show {folder}", "folder");
        yield return ("evaluate {good/mask.safetensors} --threads 1", "espalier.weights");
        yield return ($"{Train} --mask {{other/mask.safetensors}}", "fingerprint");
        yield return ($"{Train} --from {{other/weights.safetensors}}", "fingerprint");
        yield return ($"{Train} --mask {{good/pi.safetensors}}", "espalier.mask");
        yield return ($"{Train} --mask {{good/weights.safetensors}}", "espalier.mask");
        yield return ($"transplant {{good/pi.safetensors}} --start {{good/weights.safetensors}} --out {Out}", "espalier.mask");
        yield return (
            $"transplant {{good/mask.safetensors}} -p {{good/mask.safetensors}} --start {{good/weights.safetensors}} --out {Out}",
            "espalier.permutation"
        );
        yield return (
            $"transplant {{good/mask.safetensors}} -p {{other/pi.safetensors}} --start {{good/weights.safetensors}} --out {Out}",
            "fingerprint"
        );
        yield return ($"transplant {{other/mask.safetensors}} --start {{good/weights.safetensors}} --out {Out}", "fingerprint");
        yield return (
            $"match {{good/weights.safetensors}} {{other/weights.safetensors}} --threads 1 --out {{out/pi.safetensors}}",
            "fingerprint"
        );
        yield return ("evaluate {good/weights.safetensors} --threads 1 --mask {other/mask.safetensors}", "fingerprint");
    }

    private static IEnumerable<(string, string)> Pictures()
    {
        yield return ("data show --dataset cifar10 --data {nowhere}", "espalier data fetch cifar10");
        yield return ("data show --dataset cifar10 --data {folder}", "no cifar10");
        yield return ("data show --dataset cifar10 --data {cifar-cut}", "data_batch_3.bin");
        yield return ("data show --dataset cifar10 --data {cifar-label}", "data_batch_2.bin");
        yield return ("data show --dataset cifar10 --data {text.pt}", "text.pt");
        yield return ("data show --dataset mnist --data {idx-cut}", "train-images-idx3-ubyte");
        yield return ("data show --dataset mnist --data {idx-text}", "ubyte");
        yield return ("data show --dataset cifar11", "cifar10");
        yield return ("data fetch cifar11", "cifar10");
        yield return ("data show --sheet {text.pt/sheet.png}", "sheet.png");
        yield return ($"{Train} --dataset cifar11", "cifar10");
        foreach (
            (string constants, string about) in new[]
            {
                ("0.5", "normalisation"),
                ("0.5/0.2/0.1", "slash"),
                ("a/b", "'a'"),
                ("0.5,0.5,0.5/0.2,0.2,0.2", "channels"),
                ("0.5/0", "deviation"),
                ("0.5/-1", "deviation"),
                ("nan/1", "not a number"),
                ("/", "normalisation"),
                ("imagenet", "channels"),
            }
        )
            yield return ($"{Train} --normalization {constants}", about);
        yield return ("evaluate {good/weights.safetensors} --threads 1 --normalization 0.5,0.5/1,1", "channels");
        foreach (string count in new[] { "0", "-5", "1000000", "some", "1.5" })
            yield return ($"train --model mlp:width=16 --epochs 1 --threads 1 --out {Out} --train-images {count}", count);
        foreach (
            (string model, string about) in new[]
            {
                ("mlpp", "mlp"),
                ("mlp:width=0", "width"),
                ("mlp:width=x", "width"),
                ("mlp:hight=3", "hight"),
                ("mlp:width", "width"),
                ("mlp:depth=100000", "depth"),
                ("resnet20:shortcut=round", "shortcut"),
                ("{nowhere.json}", "nowhere"),
                ("{invalid.json}", "invalid"),
                ("{null.json}", "null"),
                ("{list.json}", "list"),
                ("{nodes.json}", "nodes"),
                ("{unknown.json}", "colour"),
                ("{larger.json}", "32"),
                ("{classes.json}", "11"),
            }
        )
            yield return ($"train --epochs 1 --train-images 256 --threads 1 --out {Out} --model {model}", about);
        yield return ($"train --epochs 1 --train-images 256 --threads 1 --out {Out} --model vgg11", "features");
    }

    private static IEnumerable<(string, string)> Options()
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
        foreach (string sparsity in new[] { "0", "1", "1.5", "-0.1", "nan", "high", "0.9999999", "0.5,2" })
            yield return ($"{Prune} --sparsity {sparsity}", sparsity.Split(',')[^1]);
        foreach (string sparsity in new[] { "0", "1", "1.5", "-0.1", "nan", "high", "0.9999999" })
            yield return ($"{Run.Replace(" --sparsity 0.5", "")} --sparsity {sparsity}", sparsity);
        foreach (
            string rest in new[]
            {
                "--round-fraction 0",
                "--round-fraction 1",
                "--round-fraction nan",
                "--round-epochs 0",
                "--round-learning-rate 0",
                "--prunable Some",
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
        foreach (string word in new[] { "by=luck", "against=init" })
            yield return ($"{Run} --match-variants {word}", word.Split('=')[0]);
        yield return ($"{Match} --how by=weights --mask {{other/mask.safetensors}}", "fingerprint");
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
            }
        )
            yield return ($"{Run} {rest}", about);
        foreach (string option in new[] { "--workers", "--threads" })
            yield return ($"{Run.Replace($"{option} 1 ", "")} {option} 0", "0");
        yield return ($"{Run.Replace("mlp:width=16", "mlp;mlp")}", "network twice");
        yield return ($"reproduce table4 --out {Out}", "table4");
        yield return ("plan --preset tabel5", "table5");
        yield return ("store list --store {folder} --limit 0", "--limit");
        yield return ("store gc {nowhere}", "'espalier store gc --help'");
        yield return ("demo --device tpu --out {out}", "tpu");
        yield return ($"{Run.Replace(" --sparsity 0.5", "")} --sparsity ,", "--sparsity");
        yield return ("plan tabel5", "table5");
        yield return ("plan reproduce", "PRESET");
        yield return ("plan reproduce tabel5", "table5");
        yield return ("plan table5 --preset table6", "one grid");
        yield return ("plan table5 table6", "one grid");
        yield return ("plan --workers 0", "--workers");
        yield return ("plan reproduce table5 --data {nowhere}", "nowhere");
        yield return (
            $"{Run.Replace("--epochs 2 --rewind 1", "--epochs 1 --rewind 0")} --set rewind_shift=1",
            "more epochs than the shift"
        );
        yield return ($"{Run.Replace("--epochs 2", "--epochs 1")}", "rewind epoch 1 of 1 epoch of training; expected 0.");
        yield return ($"{Run} --sparsity high", "in the option --sparsity");
        yield return ($"{Run.Replace(" --rewind 1", "")} --rewind ,", "--rewind");
        yield return ("evaluate {nowhere/weights.safetensors} --threads 1", "there is no such file");
        yield return ("plan {nowhere.json}", "nowhere");
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
        foreach (
            string command in new[]
            {
                "report {nowhere}",
                "report {good}",
                "store list --store {nowhere}",
                "store verify --store {good}",
                "store gc {nowhere} --store {nowhere}",
            }
        )
            yield return (command, command.Contains("nowhere") ? "nowhere" : "good");
        yield return ($"{Run} --set match_images=1", "1 image");
        yield return ("evaluate {good/weights.safetensors} --threads 1 --split validation", "validation");
        yield return ("evaluate {good/weights.safetensors} --threads 1 --precision Half", "Half");
        yield return ($"demo --seeds 0 --out {Out}", "0 seeds");
        yield return ("completion powershell", "powershell");
        foreach (
            string line in new[]
            {
                "train",
                "prune --out x",
                "match a --out x",
                "match a b",
                "transplant m --out x",
                "transplant m --start s",
                "evaluate",
                "show",
                "completion",
                "data fetch",
                "train --out",
                "data",
            }
        )
            yield return (line, "");
    }

    private static IEnumerable<(string, string)> Between()
    {
        const string Two = "{good/weights.safetensors} {good/weights.safetensors}",
            Tiny = "--train-images 256 --threads 1 --quiet";
        foreach (string command in new[] { "barrier", "repair --out {out/m.safetensors}", "plane {good/weights.safetensors} --out {out}" })
        {
            yield return ($"{command} {Tiny} {{good/weights.safetensors}} {{other/weights.safetensors}}", "fingerprint");
            yield return ($"{command} {Tiny} {{good/weights.safetensors}} {{nowhere.safetensors}}", "nowhere");
            yield return ($"{command} {Tiny} {Two} -p {{good/mask.safetensors}}", "espalier.permutation");
            yield return ($"{command} {Tiny} {Two} -p {{other/pi.safetensors}}", "fingerprint");
            yield return ($"{command} {Tiny} {Two} --statistics-images 1", "1 image");
            yield return ($"{command} {Tiny} {Two} --images 0", "0 images");
        }
        foreach (
            string command in new[]
            {
                "evaluate",
                "prune --out {out}",
                "train --out {out} --from",
                $"match {{good/weights.safetensors}} --out {{out/pi.safetensors}}",
                "barrier {good/weights.safetensors}",
                "repair {good/weights.safetensors} --out {out/m.safetensors}",
                $"plane {Two} --out {{out}}",
                "diversity {good/weights.safetensors}",
            }
        )
            yield return (
                $"{command} {{good/weights.safetensors}} --train-images 64 --threads 1 --quiet --dataset cifar10 --data {{cifar}}",
                "takes images 1x28x28 of 10 classes; cifar10 has images 3x32x32 of 10 classes: name the data set"
            );
        foreach (
            string command in new[]
            {
                "barrier",
                "repair --out {out/m.safetensors}",
                "match --match-images 64 --out {out/pi.safetensors}",
                "match --match-images 64 --how by=iterated --out {out/pi.safetensors}",
            }
        )
            yield return ($"{command} {Tiny} {{huge/weights.safetensors}} {{huge/weights.safetensors}}", "not finite");
        yield return ($"barrier {Tiny} {{good/weights.safetensors}} {{infinite/weights.safetensors}}", "not finite");
        foreach (string rest in new[] { "--points 1", "--points many", "--refinements -1", "--correction luck" })
            yield return ($"barrier {Tiny} {Two} {rest}", rest.Split(' ')[^1]);
        foreach (string rest in new[] { "--alpha 2", "--alpha nan", "--correction 7" })
            yield return ($"repair {Tiny} {Two} --out {{out/m.safetensors}} {rest}", rest.Split(' ')[^1]);
        foreach (string rest in new[] { "--points 1", "--margin -1" })
            yield return ($"plane {Tiny} {Two} {{good/weights.safetensors}} --out {Out} {rest}", rest.Split(' ')[^1]);
        yield return ($"plane {Tiny} {Two} {{good/weights.safetensors}} --out {Out}", "one line");
        yield return ($"plane {Tiny} {Two} --out {Out}", "network");
        yield return ($"repair {Tiny} {Two} --out /proc/x/m.safetensors", "/proc/x");
        yield return ($"diversity {Tiny} {{good/weights.safetensors}}", "at least 2");
        yield return ($"diversity {Tiny} {{nan/weights.safetensors}} {{good/weights.safetensors}}", "finite");
        yield return (
            "reproduce table1 --dataset fashion-mnist-10k --model mlp:width=16 --seeds 0 --quiet --workers 1 --threads 1 "
                + "--store {store} --out {out}",
            "at least two seeds"
        );
        yield return ($"{Run} --studies barier", "barrier");
        foreach (
            string option in new[] { "curve_points=1", "plane_points=0", "statistics_images=0", "study_images=0", "curve_refinements=-2" }
        )
            yield return ($"{Run} --set {option}", option.Split('=')[^1].TrimStart('-'));
    }

    private static IEnumerable<(string, string)> Places()
    {
        string train = Train.Replace(" --out {out}", "");
        yield return ($"{train} --checkpoints 0 --out {{text.pt/run}}", "text.pt");
        yield return ($"{train} --out {{text.pt/run}}", "text.pt");
        yield return ($"{train} --out /proc/x", "/proc/x");
        yield return ($"{train.Replace("--epochs 1", "--epochs 2")} --out {{good}}", "epochs 1 instead of 2");
        yield return ($"{train} --out {{interrupted}}", "other options");
        yield return ($"{Prune.Replace(" --out {out}", "")} --sparsity 0.5 --out {{text.pt/run}}", "text.pt");
        yield return ($"{Prune.Replace(" --out {out}", "")} --sparsity 0.5 --out /proc/x", "/proc/x");
        yield return (
            "match {good/weights.safetensors} {good/weights.safetensors} --match-images 64 --train-images 256 --threads 1 "
                + "--quiet --out /proc/x/pi.safetensors",
            "/proc/x"
        );
        yield return (
            "match {good/weights.safetensors} {good/weights.safetensors} --match-images 64 --train-images 256 --threads 1 "
                + "--quiet --out {folder}",
            "folder"
        );
        yield return ("transplant {good/mask.safetensors} --start {good/weights.safetensors} --out /proc/x", "/proc/x");
        yield return ("transplant {good/mask.safetensors} --start {good/weights.safetensors} --out {text.pt}", "text.pt");
        yield return ($"{Run.Replace(" --out {out}", "")} --out /proc/x", "/proc/x");
        yield return ("data show --sheet /proc/x/sheet.png", "/proc/x");
    }
}
