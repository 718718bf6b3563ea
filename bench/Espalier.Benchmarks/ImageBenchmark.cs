using System.Diagnostics;
using Espalier.Data;
using Espalier.Images;
using Espalier.Randomness;
using SkiaSharp;
using static TorchSharp.torch;

namespace Espalier.Benchmarks;

/// <summary>Images a second from a folder of photographs' size: decoded into memory, and ahead of whoever takes batches.</summary>
internal static class ImageBenchmark
{
    private const int Height = 375,
        Width = 500; // what most photographs of ImageNet have

    public static object Run(string folder, int count, int size, int rounds)
    {
        Write(folder, count);
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
        var found = new SortedDictionary<string, List<(double Rate, double Cores)>>(StringComparer.Ordinal);
        void Measure(string name, Func<int> work)
        {
            TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
            var clock = Stopwatch.StartNew();
            int images = work();
            double seconds = clock.Elapsed.TotalSeconds;
            if (!found.TryGetValue(name, out List<(double, double)>? list))
                found[name] = list = [];
            list.Add((images / seconds, (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds / seconds));
        }
        for (int round = 0; round < rounds; round++)
            foreach (int threads in new[] { 1, cores })
            {
                Measure($"memory_{threads}", () => Open(long.MaxValue, threads) is var set ? set.Train.Count + set.Test.Count : 0);
                DataSet ahead = Open(0, threads);
                Measure(
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
        return found.ToDictionary(
            pair => pair.Key,
            pair => new
            {
                ImagesPerSecond = pair.Value.Select(one => Math.Round(one.Rate)),
                BusyCores = pair.Value.Select(one => Math.Round(one.Cores, 2)),
            }
        );
    }

    private static void Write(string folder, int count)
    {
        var random = new RandomStream(0, "photographs");
        for (int i = 0; i < count; i++)
        {
            string path = Path.Combine(folder, $"class {i % 2}", $"{i}.jpg");
            if (File.Exists(path))
                continue;
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using SKBitmap bitmap = new(new SKImageInfo(Width, Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
            Span<byte> pixels = bitmap.GetPixelSpan();
            (int a, int b, int c) = (random.NextInt(50) + 5, random.NextInt(50) + 5, random.NextInt(256));
            // Smooth shapes with a grain, which take about as many bytes as a photograph.
            for (int y = 0, at = 0; y < Height; y++)
            for (int x = 0; x < Width; x++, at += 4)
            {
                int shade = (int)(60 * Math.Sin((double)x / a) * Math.Cos((double)y / b)) + random.NextInt(24);
                (pixels[at], pixels[at + 1], pixels[at + 2], pixels[at + 3]) = (
                    Byte(128 + shade),
                    Byte(c + shade / 2),
                    Byte(200 - shade),
                    255
                );
            }
            File.WriteAllBytes(path, bitmap.Encode(SKEncodedImageFormat.Jpeg, 90).ToArray());
        }
    }

    private static byte Byte(int value) => (byte)Math.Clamp(value, 0, 255);
}
