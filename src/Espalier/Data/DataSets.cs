namespace Espalier.Data;

/// <summary>The data sets that can be opened by name.</summary>
public static class DataSets
{
    /// <summary>The data set that is part of the library: 10,000 training and 10,000 test images of Fashion-MNIST.</summary>
    public const string Embedded = "fashion-mnist-10k";

    /// <summary>Environment variable with the folder that holds data sets.</summary>
    public const string FolderVariable = "ESPALIER_DATA";

    private static readonly string[] s_digits = [.. Enumerable.Range(0, 10).Select(i => i.ToString())];

    /// <summary>Names that <see cref="Open"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = [Embedded, "cifar10", "cifar100", "mnist", "fashion-mnist"];

    /// <summary>
    /// Where data sets are looked for when no folder is given: <c>ESPALIER_DATA</c>, or else <c>data</c> in the current folder.
    /// </summary>
    public static string DefaultFolder => Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder ? folder : "data";

    /// <summary>Opens a data set.</summary>
    /// <param name="name"><c>fashion-mnist-10k</c> is embedded; the others are read from the folder.</param>
    /// <param name="folder">
    /// The data set's own folder, the folder above it, or (CIFAR) the official archive; null for <see cref="DefaultFolder"/>.
    /// </param>
    /// <exception cref="InputException">The name is unknown, or the files are missing or damaged.</exception>
    public static DataSet Open(string name, string? folder = null)
    {
        string at = folder ?? DefaultFolder;
        return name switch
        {
            Embedded => EmbeddedData.Open(),
            "cifar10" => Cifar(CifarFormat.Cifar10, at, Normalization.Cifar10),
            "cifar100" => Cifar(CifarFormat.Cifar100, at, Normalization.Cifar100),
            "mnist" => Idx(name, at, s_digits, Normalization.Mnist, "mnist", "MNIST/raw"),
            "fashion-mnist" => Idx(name, at, EmbeddedData.Classes, Normalization.FashionMnist, "fashion-mnist", "FashionMNIST/raw"),
            _ when ImageNet.Is(name) => throw new InputException(
                $"'{name}' is files in folders: give the folder that holds train/ and val/ with --data, or "
                    + $"{ImageNet.In("DIR")} with --dataset."
            ),
            _ when Directory.Exists(name) => throw Own(name, "folder", "folder"),
            _ when File.Exists(name) => throw Own(name, "file", "arrays"),
            _ => throw Nearest.Unknown("data set", name, Names),
        };
    }

    private static InputException Own(string name, string kind, string prefix) =>
        new($"There is no data set '{name}', but there is such a {kind}: say {prefix}:{name} to read images of your own from it.");

    private static DataSet Cifar(CifarFormat format, string location, Normalization normalization)
    {
        if (!Path.Exists(location))
            throw Missing(format.Name, location);
        (ImageSet train, ImageSet test) = CifarReader.Read(format, location);
        return new DataSet(format.Name, train, test, normalization);
    }

    private static DataSet Idx(
        string name,
        string location,
        IReadOnlyList<string> classes,
        Normalization normalization,
        params string[] folders
    )
    {
        // A folder of this name goes first: MNIST and Fashion-MNIST give their files the same names.
        IEnumerable<string> places = folders.Select(folder => Path.Combine(location, folder)).Append(location);
        string? images = places.Select(folder => IdxPath(folder, "train-images", 3)).FirstOrDefault(path => path is not null);
        if (images is null)
            throw Missing(name, location);
        string at = Path.GetDirectoryName(images)!;
        bool isSubset = File.Exists(Path.Combine(at, OfficialCounts.SubsetFile));
        DataSetFacts facts = DataSetFacts.Of(name);
        ImageSet train = Pair("train", facts.TrainImages),
            test = Pair("t10k", facts.TestImages);
        if ((train.Height, train.Width) != (test.Height, test.Width))
            throw new InputException(
                $"'{at}' holds training images of {train.Height}x{train.Width} pixels but test images of {test.Height}x{test.Width}."
            );
        return new DataSet(name, train, test, normalization);

        ImageSet Pair(string part, int official)
        {
            string path = Needed($"{part}-images", 3);
            ImageSet set = IdxReader.Read(path, Needed($"{part}-labels", 1), $"{name}/{(part == "train" ? part : "test")}", classes);
            OfficialCounts.MustHold(path, set.Count, official, name, isSubset);
            return set;
        }

        string Needed(string stem, int rank) =>
            IdxPath(at, stem, rank)
            ?? throw new InputException($"'{at}' holds no {stem}-idx{rank}-ubyte, gzipped or not; {name} has four files.");
    }

    private static string? IdxPath(string folder, string stem, int rank) =>
        new[] { $"{stem}-idx{rank}-ubyte", $"{stem}-idx{rank}-ubyte.gz", $"{stem}.idx{rank}-ubyte" }
            .Select(file => Path.Combine(folder, file))
            .FirstOrDefault(File.Exists);

    private static InputException Missing(string name, string location) =>
        new(
            $"There is no {name} in '{Path.GetFullPath(location)}': "
                + $"fetch it there ('espalier data fetch {name}'), name its folder, or set {FolderVariable}."
        );
}
