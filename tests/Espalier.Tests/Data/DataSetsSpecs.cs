using Espalier.Data;
using Espalier.Tests.Support;
using Xunit;

namespace Espalier.Tests.Data;

public class DataSetsSpecs
{
    [Theory]
    [InlineData("cifar", "did you mean 'cifar10'?")]
    [InlineData("fashionmnist", "did you mean 'fashion-mnist'?")]
    [InlineData("weather", "known: fashion-mnist-10k")]
    public void Unknown_names_are_refused_with_the_nearest(string name, string expected) =>
        Assert.Contains(expected, Assert.Throws<InputException>(() => DataSets.Open(name)).Message);

    [Fact]
    public void The_name_of_a_folder_or_file_is_told_what_to_put_before_it()
    {
        using TempFolder folder = new();
        string file = folder.WriteText("images.npz", "");
        Assert.Contains($"say folder:{folder.Path} ", Assert.Throws<InputException>(() => DataSets.Open(folder.Path)).Message);
        Assert.Contains($"say arrays:{file} ", Assert.Throws<InputException>(() => DataSets.Open(file)).Message);
    }

    [Theory]
    [InlineData("cifar10")]
    [InlineData("cifar100")]
    [InlineData("mnist")]
    [InlineData("fashion-mnist")]
    public void What_is_not_there_is_refused_with_what_to_do(string name)
    {
        using TempFolder folder = new();
        string message = Assert.Throws<InputException>(() => DataSets.Open(name, folder["none"])).Message;
        Assert.Contains(folder["none"], message);
        Assert.Contains($"espalier data fetch {name}", message);
        Assert.Contains(folder.Path, Assert.Throws<InputException>(() => DataSets.Open(name, folder.Path)).Message);
    }

    [Theory]
    [InlineData("", "-idx{0}-ubyte")]
    [InlineData("", "-idx{0}-ubyte.gz")]
    [InlineData("fashion-mnist/", "-idx{0}-ubyte.gz")]
    [InlineData("FashionMNIST/raw/", ".idx{0}-ubyte")]
    public void Idx_sets_are_found_under_their_usual_names(string place, string ending)
    {
        using TempFolder folder = new();
        WriteIdx(folder, place, ending, 20, 10);
        DataSet data = DataSets.Open("fashion-mnist", folder.Path);
        Assert.Equal((20, 10, "fashion-mnist/test"), (data.Train.Count, data.Test.Count, data.Test.Name));
        Assert.Equal(Normalization.FashionMnist, data.Normalization);
        Assert.Equal("Sandal", data.Train.Classes[5]);
    }

    [Fact]
    public void Two_idx_sets_side_by_side_are_not_mixed_up()
    {
        using TempFolder folder = new();
        WriteIdx(folder, "mnist/", "-idx{0}-ubyte", 11, 5);
        WriteIdx(folder, "fashion-mnist/", "-idx{0}-ubyte", 12, 6);
        WriteIdx(folder, "", "-idx{0}-ubyte", 13, 7);
        Assert.Equal((11, 12), (DataSets.Open("mnist", folder.Path).Train.Count, DataSets.Open("fashion-mnist", folder.Path).Train.Count));
    }

    [Fact]
    public void A_set_without_one_of_its_files_is_refused_by_name()
    {
        using TempFolder folder = new();
        WriteIdx(folder, "", "-idx{0}-ubyte", 20, 10);
        File.Delete(folder["t10k-labels-idx1-ubyte"]);
        Assert.Contains("t10k-labels-idx1-ubyte", Assert.Throws<InputException>(() => DataSets.Open("mnist", folder.Path)).Message);
    }

    [Fact]
    public void Training_and_test_images_must_have_one_size()
    {
        using TempFolder folder = new();
        WriteIdx(folder, "", "-idx{0}-ubyte", 20, 10);
        folder.Write("t10k-images-idx3-ubyte", Samples.IdxImages(10, 5, 5));
        Assert.Contains("test images of 5x5", Assert.Throws<InputException>(() => DataSets.Open("mnist", folder.Path)).Message);
    }

    [Fact]
    public void Cifar_is_opened_by_name()
    {
        using TempFolder folder = new();
        foreach ((string file, byte[] bytes) in Samples.Cifar(CifarFormat.Cifar100))
            folder.Write($"cifar-100-binary/{file}", bytes);
        DataSet data = DataSets.Open("cifar100", folder.Path);
        Assert.Equal(("cifar100", 1, 4, "class 99"), (data.Name, data.Train.Count, data.Test.Count, data.Train.Classes[99]));
        Assert.Equal(Normalization.Cifar100, data.Normalization);
    }

    [Theory]
    [InlineData("mnist", "60000")]
    [InlineData("fashion-mnist", "60000")]
    public void An_idx_set_with_another_number_of_images_than_the_official_one_is_refused(string name, string official)
    {
        using TempFolder folder = new();
        WriteIdx(folder, "", "-idx{0}-ubyte", 20, 10);
        File.Delete(folder["subset.txt"]);
        string message = Assert.Throws<InputException>(() => DataSets.Open(name, folder.Path)).Message;
        Assert.Contains(
            $"'{folder["train-images-idx3-ubyte"]}' holds 20 images, the official file of {name} {official}: it was cut",
            message
        );
        Assert.Contains("'subset.txt'", message);
    }

    private static void WriteIdx(TempFolder folder, string place, string ending, int train, int test)
    {
        folder.Write($"{place}subset.txt", []);
        foreach ((string part, int count) in new[] { ("train", train), ("t10k", test) })
        {
            (byte[] images, byte[] labels) = (Samples.IdxImages(count), Samples.IdxLabels(count));
            bool gzip = ending.EndsWith(".gz", StringComparison.Ordinal);
            folder.Write($"{place}{part}-images{ending.Replace("{0}", "3")}", gzip ? Samples.Gzip(images) : images);
            folder.Write($"{place}{part}-labels{ending.Replace("{0}", "1")}", gzip ? Samples.Gzip(labels) : labels);
        }
    }
}
