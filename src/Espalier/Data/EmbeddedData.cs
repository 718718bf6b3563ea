using System.Reflection;

namespace Espalier.Data;

/// <summary>
/// The data set inside the library: 10,000 training and all 10,000 test images of Fashion-MNIST (MIT licence, (c) 2017 Zalando SE).
/// </summary>
public static class EmbeddedData
{
    private const string Name = DataSets.Embedded;

    /// <summary>Names of the ten classes.</summary>
    public static IReadOnlyList<string> Classes { get; } =
    ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];

    /// <summary>Text of the licence under which the images are given.</summary>
    public static string License
    {
        get
        {
            using StreamReader reader = new(Resource("LICENSE"));
            return reader.ReadToEnd();
        }
    }

    /// <summary>Decompresses the images; about 0.1 s.</summary>
    public static DataSet Open() => new(Name, Read("train"), Read("t10k"), Normalization.FashionMnist);

    private static ImageSet Read(string part)
    {
        string images = $"{part}-images-idx3-ubyte.gz",
            labels = $"{part}-labels-idx1-ubyte.gz";
        using Stream imageStream = Resource(images),
            labelStream = Resource(labels);
        return IdxReader.Read(imageStream, images, labelStream, labels, $"{Name}/{(part == "train" ? part : "test")}", Classes);
    }

    private static Stream Resource(string file) =>
        Assembly.GetExecutingAssembly().GetManifestResourceStream($"{Name}/{file}")
        ?? throw new InvalidOperationException($"The library was built without its resource '{Name}/{file}'.");
}
