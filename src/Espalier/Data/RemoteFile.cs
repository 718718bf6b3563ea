namespace Espalier.Data;

/// <summary>A file that can be downloaded, and how to know that it is the right one.</summary>
/// <param name="Address">Its official address.</param>
/// <param name="Folder">Folder for it, below the folder of all data; empty for that folder itself.</param>
/// <param name="Md5">MD5 sum, lower-case hexadecimal, as its publisher or torchvision states it.</param>
public sealed record RemoteFile(Uri Address, string Folder, string Md5)
{
    private static readonly Dictionary<string, IReadOnlyList<RemoteFile>> s_sets = new()
    {
        ["cifar10"] = [new(new("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"), "", "c32a1d4ab5d03f1284b67883e8d87530")],
        ["cifar100"] = [new(new("https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz"), "", "03b5dce01913d631647c71ecec9e9cb8")],
        ["mnist"] = Idx(
            "https://ossci-datasets.s3.amazonaws.com/mnist/",
            "mnist",
            "f68b3c2dcbeaaa9fbdd348bbdeb94873",
            "d53e105ee54ea40749a09fcbcd1e9432",
            "9fb629c4189551a2d022fa330f9573f3",
            "ec29112dd5afa0611ce80d1b7f02629c"
        ),
        ["fashion-mnist"] = Idx(
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
            "fashion-mnist",
            "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
            "25c81989df183df01b3e8a0aad5dffbe",
            "bef4ecab320f06d8554ea6380940ec79",
            "bb300cfdad3c16e7a12a480ee83cd310"
        ),
    };

    /// <summary>Data sets that can be downloaded.</summary>
    public static IReadOnlyCollection<string> Sets => s_sets.Keys;

    /// <summary>Its name on disk.</summary>
    public string FileName => Path.GetFileName(Address.AbsolutePath);

    /// <summary>The files of a data set.</summary>
    /// <exception cref="InputException">The name is not one of <see cref="Sets"/>.</exception>
    public static IReadOnlyList<RemoteFile> Of(string dataSet) =>
        s_sets.TryGetValue(dataSet, out IReadOnlyList<RemoteFile>? files) ? files
        : DataSets.Names.Contains(dataSet)
            ? throw new InputException($"The data set '{dataSet}' is embedded; there is nothing to download.")
        : throw Nearest.Unknown("data set to download", dataSet, s_sets.Keys);

    private static RemoteFile[] Idx(string address, string folder, params string[] sums)
    {
        string[] names =
        [
            "train-images-idx3-ubyte.gz",
            "train-labels-idx1-ubyte.gz",
            "t10k-images-idx3-ubyte.gz",
            "t10k-labels-idx1-ubyte.gz",
        ];
        return [.. names.Zip(sums, (name, sum) => new RemoteFile(new Uri(address + name), folder, sum))];
    }
}
