using Espalier.Cli.Tests.Support;
using Espalier.Data;
using Espalier.Execution;
using Espalier.Images;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Training;
using Espalier.Weights;
using SkiaSharp;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Cli.Tests;

/// <summary>Random parts of images are the same pixels whoever decodes them: ranks, threads, trainings that go on in mid-epoch.</summary>
public sealed class CropPassSpecs : IDisposable
{
    private const int Each = 21,
        BatchSize = 5;

    private static readonly string[] s_classes = ["n01440764", "n01443537", "n01484850"];
    private readonly TempFolder _folder = new();

    public CropPassSpecs()
    {
        SKColor[] colours = [SKColors.Red, SKColors.Green, SKColors.Blue];
        for (int c = 0; c < s_classes.Length; c++)
        for (int i = 0; i < Each + 2; i++)
            _folder.Write(
                $"set/{(i < Each ? "train" : "val")}/{s_classes[c]}/{s_classes[c]}_{i}.JPEG",
                Photographs.Encoded(colours[c], SKEncodedImageFormat.Jpeg, 20 + i)
            );
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, 0, 1)]
    [InlineData(2, 0, 3)]
    [InlineData(3, 4, 2)]
    [InlineData(4, 12, 5)]
    public void Ranks_that_begin_anywhere_in_an_epoch_see_together_what_one_process_sees(int ranks, int skip, int threads)
    {
        List<(float[] Pixels, long[] Labels)> whole = Pass(threads: 2, skip: 0, default);
        List<(float[] Pixels, long[] Labels)>[] parts =
        [
            .. Enumerable.Range(0, ranks).Select(rank => Pass(threads, skip, new Shard(rank, ranks))),
        ];
        Assert.Equal(13, whole.Count);
        Assert.All(parts, part => Assert.Equal(whole.Count - skip, part.Count));
        for (int batch = skip; batch < whole.Count; batch++)
        {
            Assert.Equal(whole[batch].Pixels, parts.SelectMany(part => part[batch - skip].Pixels));
            Assert.Equal(whole[batch].Labels, parts.SelectMany(part => part[batch - skip].Labels));
        }
    }

    [Fact]
    public void A_training_that_goes_on_within_an_epoch_ends_in_the_same_bits_whatever_its_threads()
    {
        (float[] expected, _) = Train("whole", threads: 1);
        (_, bool stopped) = Train("cut", threads: 3, reports: 1);
        Assert.True(stopped);
        Assert.Contains("steps", string.Join(' ', Files.Safetensors.Read(new TrainingFolder(_folder["cut"]).ResumeFile).Metadata.Keys));
        (float[] found, stopped) = Train("cut", threads: 5);
        Assert.False(stopped);
        Assert.Equal(expected, found);
    }

    private (float[] Values, bool Stopped) Train(string folder, int threads, int? reports = null)
    {
        DataSet set = Open(threads);
        var options = new TrainingOptions
        {
            Epochs = 2,
            BatchSize = BatchSize,
            LearningRate = 0.02,
            Precision = Precision.Float32,
            Augmentation = Augmentation.ImageNet,
        };
        using var data = new TrainingData(set, options.Augmentation, options.Precision, CPU);
        using WeightSet start = Initialization.KaimingNormal(
            Models.Build("mlp:depth=1,width=8", Shape.Maps(3, 16, 16), classes: 3),
            new RandomStream(0, "A")
        );
        using var cancel = new CancellationTokenSource();
        int told = 0;
        var progress = new Relay<TrainingProgress>(_ =>
        {
            if (++told == reports)
                cancel.Cancel();
        });
        try
        {
            using WeightSet final = new Trainer(options, data, new TrainingFolder(_folder[folder]), progress)
                .Train(new TrainingRun(start, null, 7, "data"), cancel.Token)
                .Final;
            return (final.Values.data<float>().ToArray(), false);
        }
        catch (OperationCanceledException)
        {
            return ([], true);
        }
    }

    private List<(float[] Pixels, long[] Labels)> Pass(int threads, int skip, Shard shard)
    {
        DataSet set = Open(threads);
        using var source = new BatchSource(set.Train, set.Normalization, Augmentation.ImageNet, CPU, ScalarType.Float32);
        List<(float[], long[])> found = [];
        foreach (Batch batch in source.Epoch(new RandomStream(0, "e", 1), BatchSize, skip: skip, shard: shard))
            using (batch)
            using (Tensor rows = batch.Images.permute(0, 2, 3, 1).contiguous())
                found.Add(batch.Labels.numel() == 0 ? ([], []) : (rows.data<float>().ToArray(), batch.Labels.data<long>().ToArray()));
        return found;
    }

    private DataSet Open(int threads) =>
        OwnImages.Open(
            $"imagenet:{_folder["set"]}",
            new OwnImageOptions { Size = (16, 16), DecodingThreads = threads },
            new ImageDecoder()
        );
}
