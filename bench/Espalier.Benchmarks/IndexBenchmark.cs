using System.Diagnostics;
using Espalier.Data;
using Espalier.Images;

namespace Espalier.Benchmarks;

/// <summary>Seconds to open a folder in ImageNet's layout with very many files: listed, listed and kept, and from what was kept.</summary>
internal static class IndexBenchmark
{
    private const int Classes = 1000;

    public static object Run(string folder, int files, int rounds)
    {
        Write(folder, files / Classes);
        string index = Path.Combine(folder, ".espalier-index");
        List<double> listed = [],
            kept = [],
            found = [];
        string[] digests = new string[3];
        Open(folder, int.MaxValue); // the system's own cache is warm from here on
        for (int i = 0; i < rounds; i++)
        {
            File.Delete(index);
            listed.Add(Timed(() => digests[0] = Open(folder, int.MaxValue)));
            kept.Add(Timed(() => digests[1] = Open(folder, 1)));
            found.Add(Timed(() => digests[2] = Open(folder, 1)));
        }
        return new
        {
            Files = files,
            Listed = listed,
            ListedAndKept = kept,
            FromTheIndex = found,
            IndexBytes = new FileInfo(index).Length,
            SameImages = digests.Distinct().Count() == 1,
        };
    }

    private static string Open(string folder, int indexedFrom) =>
        OwnImages
            .Open($"imagenet:{folder}", new OwnImageOptions { IndexedFrom = indexedFrom, MostInMemory = 0 }, new ImageDecoder())
            .Digest;

    private static double Timed(Action work)
    {
        var clock = Stopwatch.StartNew();
        work();
        return Math.Round(clock.Elapsed.TotalSeconds, 2);
    }

    private static void Write(string folder, int each)
    {
        for (int label = 0; label < Classes; label++)
            foreach (string part in new[] { "train", "val" })
            {
                string name = $"n{label:00000000}",
                    path = Path.Combine(folder, part, name);
                if (Directory.Exists(path))
                    continue;
                Directory.CreateDirectory(path);
                for (int i = 0; i < (part == "train" ? each - 3 : 3); i++)
                    File.WriteAllBytes(Path.Combine(path, $"{name}_{i}.JPEG"), new byte[100 + i]);
            }
    }
}
