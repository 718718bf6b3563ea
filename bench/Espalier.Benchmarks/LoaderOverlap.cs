using Espalier.Data;
using Espalier.Execution;
using Espalier.Images;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Training;
using Espalier.Weights;
using static TorchSharp.torch;

namespace Espalier.Benchmarks;

/// <summary>Training steps on images that are in memory, and on random parts of JPEG files that are decoded meanwhile, in turn.</summary>
internal static class LoaderOverlap
{
    private const int Side = 224;

    public static object Run(string folder, int count, int rounds, int grain, string model, int batchSize)
    {
        BenchmarkPhotographs.Write(folder, count, grain);
        DataSet Open(long memory) =>
            OwnImages.Open($"folder:{folder}", new OwnImageOptions { Size = (Side, Side), MostInMemory = memory }, new ImageDecoder());
        Network network = Models.Build(model, Shape.Maps(3, Side, Side), classes: 2);
        using WeightSet weights = Initialization.KaimingNormal(network, new RandomStream(0, "bench"));
        using var step = new TrainingStep(weights, null, new TrainingOptions { Precision = Precision.BFloat16 }, CPU);
        using BatchSource memory = Source(Open(long.MaxValue).Train, new Augmentation(CropPadding: 0, Flip: true)),
            files = Source(Open(0).Train, Augmentation.ImageNet);
        var found = new MeasuredRates();
        Steps(memory, step, batchSize, round: -1);
        for (int round = 0; round < rounds; round++)
        {
            found.Measure("memory", () => Steps(memory, step, batchSize, round));
            found.Measure("files", () => Steps(files, step, batchSize, round));
        }
        return new { Model = model, Rates = found.Summary() };
    }

    private static BatchSource Source(ImageSet set, Augmentation augmentation) =>
        new(set, Normalization.ImageNet, augmentation, CPU, ScalarType.BFloat16);

    private static int Steps(BatchSource source, TrainingStep step, int batchSize, int round)
    {
        int done = 0;
        foreach (Batch batch in source.Epoch(new RandomStream(0, "bench", round), batchSize, dropLast: true))
            using (batch)
            {
                step.Run(batch, 0.001, null);
                done += batchSize;
            }
        return done;
    }
}
