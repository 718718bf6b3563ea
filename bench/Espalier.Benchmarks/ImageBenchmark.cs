using Espalier.Data;
using Espalier.Images;
using Espalier.Randomness;
using static TorchSharp.torch;

namespace Espalier.Benchmarks;

/// <summary>Images a second from a folder of photographs' size: decoded into memory, and ahead of whoever takes batches.</summary>
internal static class ImageBenchmark
{
    public static object Run(string folder, int count, int size, int rounds)
    {
        BenchmarkPhotographs.Write(folder, count, BenchmarkPhotographs.Light);
        DataSet Open(long memory, int threads) =>
            OwnImages.Open(
                $"folder:{folder}",
                new OwnImageOptions
                {
                    Size = (size, size),
                    MostInMemory = memory,
                    DecodingThreads = threads,
                },
                new ImageDecoder()
            );
        int cores = Environment.ProcessorCount;
        var found = new MeasuredRates();
        for (int round = 0; round < rounds; round++)
            foreach (int threads in new[] { 1, cores })
            {
                found.Measure($"memory_{threads}", () => Open(long.MaxValue, threads) is var set ? set.Train.Count + set.Test.Count : 0);
                DataSet ahead = Open(0, threads);
                found.Measure(
                    $"ahead_{threads}",
                    () =>
                    {
                        using var batches = new BatchSource(
                            ahead.Train,
                            ahead.Normalization,
                            Augmentation.Standard,
                            CPU,
                            ScalarType.Float32
                        );
                        foreach (Batch batch in batches.Epoch(new RandomStream(0, "bench", round), 64))
                            batch.Dispose();
                        return ahead.Train.Count;
                    }
                );
            }
        return found.Summary();
    }
}
