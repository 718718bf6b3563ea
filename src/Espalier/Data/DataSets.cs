namespace Espalier.Data;

/// <summary>Data sets by name.</summary>
public static class DataSets
{
    /// <summary>The data set that is part of the library: 10,000 training and 10,000 test images of Fashion-MNIST.</summary>
    public const string Embedded = "fashion-mnist-10k";

    private static readonly string[] FashionClasses = ["T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"];

    private static readonly string[] Digits = [.. Enumerable.Range(0, 10).Select(digit => $"{digit}")];

    /// <summary>What <see cref="Open"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = [Embedded, "cifar10", "cifar100", "fashion-mnist", "mnist"];

    /// <summary>Where data is looked for if no folder is given: the environment's ESPALIER_DATA, else <c>data</c>.</summary>
    public static string DefaultFolder => Environment.GetEnvironmentVariable("ESPALIER_DATA") is { Length: > 0 } folder ? folder : "data";

    /// <summary>Opens a data set.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="folder">Where its official files are; null for the default. Not needed for the embedded set.</param>
    /// <exception cref="InputException">Unknown name, missing or damaged files.</exception>
    public static DataSet Open(string name, string? folder = null) => name switch
    {
        Embedded => OpenEmbedded(),
        "cifar10" => CifarReader.ReadCifar10(folder ?? DefaultFolder),
        "cifar100" => CifarReader.ReadCifar100(folder ?? DefaultFolder),
        "fashion-mnist" => OpenIdx(name, folder ?? DefaultFolder, FashionClasses, Normalization.FashionMnist),
        "mnist" => OpenIdx(name, folder ?? DefaultFolder, Digits, Normalization.Mnist),
        _ => throw new InputException($"There is no data set '{name}'; {Nearest.Suggest(name, Names)}."),
    };

    private static DataSet OpenIdx(string name, string folder, string[] classes, Normalization normalization)
    {
        string Find(string file) => new[] { folder, Path.Combine(folder, name) }
            .SelectMany(place => new[] { Path.Combine(place, file), Path.Combine(place, file + ".gz") })
            .FirstOrDefault(File.Exists) ?? throw new InputException($"There is no {name} at {folder}; expected {file} or {file}.gz there or in {name} below it. 'espalier data fetch {name}' downloads it.");
        return new DataSet(name,
            IdxReader.Read(Find("train-images-idx3-ubyte"), Find("train-labels-idx1-ubyte"), $"{name} training images", classes),
            IdxReader.Read(Find("t10k-images-idx3-ubyte"), Find("t10k-labels-idx1-ubyte"), $"{name} test images", classes), normalization);
    }

    private static DataSet OpenEmbedded()
    {
        return new DataSet(Embedded, Set("train"), Set("t10k"), Normalization.FashionMnist);

        static ImageSet Set(string part)
        {
            using Stream images = Resource($"{part}-images.gz"), labels = Resource($"{part}-labels.gz");
            return IdxReader.Read(images, $"{part}-images", labels, $"{part}-labels", $"{Embedded} {part}", FashionClasses);
        }

        static System.IO.Compression.GZipStream Resource(string file) => new(
            typeof(DataSets).Assembly.GetManifestResourceStream($"Espalier.Data.Embedded.{file}") ?? throw new InvalidOperationException($"resource {file} is missing"),
            System.IO.Compression.CompressionMode.Decompress);
    }
}
