using Espalier.Data;
using Espalier.Images;
using Espalier.Randomness;
using static TorchSharp.torch;

namespace Espalier.Benchmarks;

/// <summary>
/// What becomes of JPEG files of 500 x 375 pixels on their way to batches of random parts of 224 x 224: decoding alone, decoding of parts
/// alone, parts resized, batches, and middles resized into memory, in turn.
/// </summary>
internal static class LoaderBenchmark
{
    private const int Side = 224,
        Batch = 32;

    public static object Run(string folder, int count, int rounds, int grain)
    {
        BenchmarkPhotographs.Write(folder, count, grain);
        string[] paths = [.. Directory.EnumerateFiles(folder, "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        byte[][] files = [.. paths.Select(File.ReadAllBytes)];
        var decoder = new ImageDecoder();
        var found = new MeasuredRates();
        int cores = Environment.ProcessorCount;
        for (int round = 0; round < rounds; round++)
            foreach (int threads in new[] { 1, cores })
            {
                var crop = new EpochCrop(new RandomResizedCrop(), flips: true, key: round);
                found.Measure($"decode_{threads}", () => Each(threads, files.Length, i => Whole(decoder, files[i])));
                found.Measure(
                    $"window_{threads}",
                    () => Each(threads, files.Length, i => decoder.Decode(files[i], "", (h, w) => crop.Window(i, h, w)).Dispose())
                );
                DecodedPart part = Part(paths, threads, decoder);
                found.Measure(
                    $"crop_{threads}",
                    () =>
                        Each(
                            threads,
                            files.Length,
                            i => part.Read(i, (h, w) => crop.Window(i, h, w), t_target ??= new byte[part.ImageSize])
                        )
                );
                DecodedPart scaled = Part(paths, threads, decoder, isScaled: true);
                found.Measure(
                    $"scaled_{threads}",
                    () =>
                        Each(
                            threads,
                            files.Length,
                            i => scaled.Read(i, (h, w) => crop.Window(i, h, w), t_target ??= new byte[part.ImageSize])
                        )
                );
                found.Measure($"batches_{threads}", () => Batches(part, round));
                found.Measure($"memory_{threads}", () => part.Set("bench", ["0", "1"], inMemory: true).Count);
                found.Measure($"smemory_{threads}", () => scaled.Set("bench", ["0", "1"], inMemory: true).Count);
            }
        return new { BytesAFile = files.Average(file => file.Length), Rates = found.Summary() };
    }

    [ThreadStatic]
    private static byte[]? t_target;

    private static DecodedPart Part(string[] paths, int threads, ImageDecoder decoder, bool isScaled = false) =>
        new(
            new FolderFiles([.. paths.Select((path, i) => (path, i % 2))]),
            new OwnImageOptions
            {
                Size = (Side, Side),
                DecodingThreads = threads,
                ScaledDecoding = isScaled,
            },
            (Side, Side),
            decoder
        );

    private static void Whole(ImageDecoder decoder, byte[] file) =>
        decoder.Decode(file, "", (height, width) => new ImageWindow(0, 0, height, width)).Dispose();

    private static int Each(int threads, int count, Action<int> work)
    {
        int next = -1;
        Thread[] all =
        [
            .. Enumerable
                .Range(0, threads)
                .Select(_ => new Thread(() =>
                {
                    for (int i; (i = Interlocked.Increment(ref next)) < count; )
                        work(i);
                })),
        ];
        foreach (Thread thread in all)
            thread.Start();
        foreach (Thread thread in all)
            thread.Join();
        return count;
    }

    private static int Batches(DecodedPart part, int round)
    {
        ImageSet set = part.Set("bench", ["0", "1"], inMemory: false);
        using var batches = new BatchSource(set, Normalization.ImageNet, Augmentation.ImageNet, CPU, ScalarType.Float32);
        foreach (Batch batch in batches.Epoch(new RandomStream(0, "bench", round), Batch))
            batch.Dispose();
        return set.Count;
    }
}
