using Espalier.Cli.Tests.Support;
using Espalier.Data;
using Espalier.Execution;
using Espalier.Images;
using Espalier.Lab.Design;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Training;
using Espalier.Weights;
using SkiaSharp;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Cli.Tests;

/// <summary>Images that do not fit into memory: decoded whenever they are needed, ahead of the trainer, to the same bits.</summary>
public sealed class ImagesAheadSpecs : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Batches_are_those_of_images_in_memory_whatever_the_number_of_threads(int threads)
    {
        Photographs.Write(_folder, "flowers", 9, SKEncodedImageFormat.Jpeg, SKEncodedImageFormat.Png);
        DataSet kept = Open(memory: null, threads),
            ahead = Open(memory: 0, threads);
        Assert.True(kept.Train.IsInMemory && kept.Test.IsInMemory && !ahead.Train.IsInMemory && !ahead.Test.IsInMemory);
        Assert.Equal(kept.Digest, ahead.Digest);
        Assert.Equal(kept.Normalization, ahead.Normalization);
        foreach (
            Func<DataSet, ImageSet> part in new Func<DataSet, ImageSet>[]
            {
                set => set.Train,
                set => set.Test,
                set => set.Train.Subset(3..17),
            }
        )
        foreach (Augmentation augmentation in new[] { Augmentation.None, Augmentation.Standard })
        foreach (ScalarType type in new[] { ScalarType.Float32, ScalarType.BFloat16 })
        {
            Assert.Equal(part(kept).Digest, part(ahead).Digest);
            using var one = new BatchSource(part(kept), kept.Normalization, augmentation, CPU, type);
            using var two = new BatchSource(part(ahead), ahead.Normalization, augmentation, CPU, type);
            Assert.Equal(All(one.InOrder(4)), All(two.InOrder(4)));
            for (int epoch = 0; epoch < 2; epoch++)
                Assert.Equal(
                    All(one.Epoch(new RandomStream(0, "e", epoch), 5, dropLast: true)),
                    All(two.Epoch(new RandomStream(0, "e", epoch), 5, dropLast: true))
                );
        }
    }

    [Fact]
    public void A_training_stopped_in_the_middle_goes_on_to_the_bits_of_one_in_memory()
    {
        Photographs.Write(_folder, "flowers", 9, SKEncodedImageFormat.Png);
        WeightSet? Train(DataSet set, string? folder, int? stopAfter)
        {
            Network network = Mlp.Build(Shape.Maps(3, 8, 8), 3, depth: 1, width: 8);
            using WeightSet start = Initialization.KaimingNormal(network, new RandomStream(0, "A"));
            using var data = new TrainingData(set, Augmentation.Standard, Precision.Float32, CPU);
            using var cancel = new CancellationTokenSource();
            var stop = new Relay<TrainingProgress>(p =>
            {
                if (p.Metrics is not null && p.Epoch == stopAfter)
                    cancel.Cancel();
            });
            try
            {
                TrainingOptions options = new()
                {
                    Epochs = 4,
                    BatchSize = 5,
                    Precision = Precision.Float32,
                    Augmentation = Augmentation.Standard,
                };
                TrainingFolder? place = folder is null ? null : new TrainingFolder(folder);
                return new Trainer(options, data, place, stop).Train(new TrainingRun(start, null, 0, "data"), cancel.Token).Final;
            }
            catch (OperationCanceledException)
            {
                return null;
            }
        }
        using WeightSet whole = Train(Open(memory: null, threads: 1), null, null)!;
        Assert.Null(Train(Open(memory: 0, threads: 3), _folder["stopped"], 1));
        using WeightSet resumed = Train(Open(memory: 0, threads: 1), _folder["stopped"], null)!;
        Assert.True(whole.BitEquals(resumed));
        // What was begun with images on disk goes on with images in memory, too: it is the same work.
        Assert.Null(Train(Open(memory: 0, threads: 2), _folder["other"], 2));
        using WeightSet inMemory = Train(Open(memory: null, threads: 1), _folder["other"], null)!;
        Assert.True(whole.BitEquals(inMemory));
    }

    [Fact]
    public async Task A_grid_gives_the_same_stages_and_bits()
    {
        Photographs.Write(_folder, "flowers", 6, SKEncodedImageFormat.Png);
        string[] Line(string name, string memory) =>
            [
                "run",
                "--dataset",
                $"folder:{_folder["flowers"]}",
                .. "--image-size 8 --test-share 0.34 --model mlp:depth=1,width=8 --epochs 1 --rewind 0 --round-epochs 1".Split(' '),
                .. "--sparsity 0.5 --methods permuted --set batch_size=4 --set match_images=8 --threads 1 --workers 1 --quiet".Split(' '),
                "--images-in-memory",
                memory,
                "--store",
                _folder[$"{name}/store"],
                "--out",
                _folder[$"{name}/run"],
            ];
        await Shell.MustAsync(Line("kept", "1GB"));
        await Shell.MustAsync(Line("ahead", "0"));
        Dictionary<string, string> Artefacts(string name) =>
            _folder
                .Digests($"{name}/store")
                .Where(file => file.Key.EndsWith("weights.safetensors", StringComparison.Ordinal) || file.Key.Contains("permutation"))
                .ToDictionary(file => file.Key.Replace($"{name}/", ""), file => file.Value);
        Assert.NotEmpty(Artefacts("kept"));
        Assert.Equal(Artefacts("kept"), Artefacts("ahead"));
        Assert.Equal(
            GridFile.Text(GridFile.Read(_folder["kept/run/grid.json"])),
            GridFile.Text(GridFile.Read(_folder["ahead/run/grid.json"]))
        );
    }

    [Fact]
    public void A_file_that_changes_in_the_meantime_is_refused_by_its_name()
    {
        Photographs.Write(_folder, "flowers", 4, SKEncodedImageFormat.Png);
        DataSet set = Open(memory: 0, threads: 2);
        using var batches = new BatchSource(set.Train, set.Normalization, Augmentation.None, CPU, ScalarType.Float32);
        Assert.NotEmpty(All(batches.InOrder(4)));
        foreach (string file in Directory.GetFiles(_folder["flowers/red"]))
            File.WriteAllBytes(file, Photographs.Encoded(SKColors.Blue, SKEncodedImageFormat.Png, 30));
        string sentence = Assert.Throws<InputException>(() => All(batches.InOrder(4))).Message;
        Assert.Contains(_folder["flowers/red"], sentence);
        Assert.Contains("was changed", sentence);
        File.WriteAllText(Directory.GetFiles(_folder["flowers/blue"])[0], "no image");
        Assert.Contains("is no image", Assert.Throws<InputException>(() => Open(memory: 0, threads: 2)).Message);
    }

    [Theory]
    [InlineData("lots", "no amount of memory")]
    [InlineData("-1", "no amount of memory")]
    [InlineData("2TB", "no amount of memory")]
    public async Task Impossible_amounts_are_refused(string amount, string expected)
    {
        Photographs.Write(_folder, "flowers", 2, SKEncodedImageFormat.Png);
        ShellResult said = await Shell.RunAsync(
            "data",
            "show",
            "--dataset",
            $"folder:{_folder["flowers"]}",
            "--image-size",
            "8",
            "--images-in-memory",
            amount
        );
        Assert.Equal(2, said.Code);
        Assert.Contains(expected, Assert.Single(said.ErrorLines));
    }

    private DataSet Open(long? memory, int threads) =>
        OwnImages.Open(
            $"folder:{_folder["flowers"]}",
            new OwnImageOptions
            {
                Size = (8, 8),
                TestShare = 0.25,
                MostInMemory = memory,
                DecodingThreads = threads,
            },
            new ImageDecoder()
        );

    private static List<string> All(IEnumerable<Batch> batches)
    {
        var all = new List<string>();
        foreach (Batch batch in batches)
            using (batch)
            {
                using Tensor plain = batch.Images.to_type(ScalarType.Float32).contiguous();
                all.Add($"{string.Join(' ', batch.Labels.data<long>())}|{Convert.ToHexString(plain.bytes)}");
            }
        return all;
    }
}
