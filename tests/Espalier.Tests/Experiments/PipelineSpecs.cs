using Espalier.Data;
using Espalier.Execution;
using Espalier.Experiments;
using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Tests.Support;
using Espalier.Training;
using Espalier.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Experiments;

public class PipelineSpecs
{
    private static readonly Network Tiny = Mlp.Build(Shape.Maps(3, 8, 8), 4, depth: 2, width: 16);

    private static readonly PipelineOptions Schedule = new()
    {
        Dense = new TrainingOptions { Epochs = 3, BatchSize = 32, Precision = Precision.Float32 },
        Pruning = new PruningOptions { FineTuning = new TrainingOptions { Epochs = 1, BatchSize = 32, LearningRate = 0.01, Precision = Precision.Float32 } },
        Matching = new() { Images = 100 },
        Sparsities = [0.5, 0.8],
        RewindEpochs = [0, 1],
    };

    [Fact]
    public void A_run_measures_every_method_at_every_sparsity_and_rewind_epoch()
    {
        using TempFolder folder = new();
        IReadOnlyList<Cell> cells = Run(folder.Path);
        Assert.Equal(1 + 2 + 2 * 2 * 3, cells.Count);
        Assert.Equal(4, ComparisonRow.Of(cells).Count);
        Assert.All(cells.Where(c => c.Method != "dense"), c => Assert.Equal(c.Sparsity, c.AchievedSparsity, 1e-3));
        foreach (string cell in new[] { "sparsity-0.5-k0", "sparsity-0.8-k1" })
        {
            Mask[] masks = [.. new[] { "lth", "naive", "permuted" }.Select(method => MaskFile.Read(System.IO.Path.Combine(folder.Path, "sparse", $"{method}-{cell}", "mask.safetensors"), Tiny))];
            Assert.True(masks[0].BitEquals(masks[1]));
            Assert.False(masks[0].BitEquals(masks[2]));
            Assert.All(masks[0].Prunable, p => Assert.Equal(masks[0].Kept(p), masks[2].Kept(p)));
        }
    }

    [Fact]
    public void A_run_stopped_anywhere_continues_to_the_same_bytes_and_a_finished_one_is_only_read()
    {
        using TempFolder whole = new(), parts = new();
        IReadOnlyList<Cell> expected = Run(whole.Path);
        for (int stops = 1; ; stops++)
        {
            using var cancel = new CancellationTokenSource();
            int epochs = 0;
            try
            {
                Assert.Equal(expected, Run(parts.Path, new Relay<PipelineProgress>(p =>
                {
                    if (p.Completed is not null && ++epochs == 4) cancel.Cancel();
                }), cancel.Token));
                Assert.InRange(stops, 3, 40);
                break;
            }
            catch (OperationCanceledException)
            {
            }
        }
        Dictionary<string, byte[]> first = Bytes(whole.Path), second = Bytes(parts.Path);
        Assert.Equal(first.Keys.Order(), second.Keys.Order());
        Assert.All(first, pair => Assert.Equal(pair.Value, second[pair.Key]));
        int trained = 0;
        Assert.Equal(expected, Run(whole.Path, new Relay<PipelineProgress>(_ => trained++)));
        Assert.Equal(0, trained);
    }

    [Fact]
    public void A_finished_run_leaves_every_byte_of_every_file_as_it_is()
    {
        using TempFolder folder = new();
        Run(folder.Path);
        Dictionary<string, byte[]> before = folder.Files().ToDictionary(file => file, file => File.ReadAllBytes(folder[file]));
        Run(folder.Path);
        Assert.Equal(before.Keys.Order(StringComparer.Ordinal), folder.Files());
        Assert.All(before, pair => Assert.Equal(pair.Value, File.ReadAllBytes(folder[pair.Key])));
    }

    private static IReadOnlyList<Cell> Run(string folder, IProgress<PipelineProgress>? progress = null, CancellationToken cancel = default)
    {
        using var data = new TrainingData(TinyImages.Make(), Augmentation.None, Precision.Float32, CPU);
        return new Pipeline(Tiny, Schedule, data, folder, progress).Run(3, cancel);
    }

    private static Dictionary<string, byte[]> Bytes(string folder) => Directory.EnumerateFiles(folder, "*.safetensors", SearchOption.AllDirectories)
        .ToDictionary(file => System.IO.Path.GetRelativePath(folder, file), File.ReadAllBytes);
}
