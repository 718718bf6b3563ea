using Espalier.Data;
using Espalier.Images;
using Espalier.Tests.Support;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>Folders of ImageNet are listed once: what is kept of them gives the same images, and gives way to what is there.</summary>
public sealed class ImageIndexSpecs : IDisposable
{
    private const string Index = ".espalier-index";
    private static readonly string[] s_classes = ["n01440764", "n01443537"];
    private readonly TempFolder _folder = new();
    private readonly List<string> _notes = [];

    public ImageIndexSpecs()
    {
        foreach (string name in s_classes)
            for (int i = 0; i < 4; i++)
                _folder.Write($"set/{(i == 3 ? "val" : "train")}/{name}/{name}_{i}.JPEG", new byte[100 + i]);
        Settle();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_kept_names_the_same_images()
    {
        string digest = Open(from: 100).Digest;
        Assert.False(File.Exists(_folder[$"set/{Index}"]));
        Assert.Equal(digest, Open().Digest);
        Assert.True(File.Exists(_folder[$"set/{Index}"]));
        // Files that are gone without a trace in their folders' times: only who reads the index still sees them.
        DateTime time = Directory.GetLastWriteTimeUtc(_folder[$"set/train/{s_classes[0]}"]);
        File.Delete(_folder[$"set/train/{s_classes[0]}/{s_classes[0]}_0.JPEG"]);
        Directory.SetLastWriteTimeUtc(_folder[$"set/train/{s_classes[0]}"], time);
        Assert.Equal(digest, Open().Digest);
        Assert.Empty(_notes);
    }

    [Fact]
    public void Folders_that_changed_are_listed_anew()
    {
        DataSet before = Open();
        _folder.Write($"set/train/{s_classes[1]}/{s_classes[1]}_9.JPEG", new byte[50]);
        DataSet after = Open();
        Assert.Equal(before.Train.Count + 1, after.Train.Count);
        Assert.NotEqual(before.Digest, after.Digest);
        Assert.Equal(Open(from: 100).Digest, after.Digest);
        File.Delete(_folder[$"set/train/{s_classes[1]}/{s_classes[1]}_9.JPEG"]);
        Assert.Equal(before.Digest, Open().Digest);
    }

    [Fact]
    public void A_folder_that_changed_just_before_it_was_listed_is_not_relied_on()
    {
        Directory.SetLastWriteTimeUtc(_folder[$"set/train/{s_classes[0]}"], DateTime.UtcNow);
        int count = Open().Train.Count;
        DateTime time = Directory.GetLastWriteTimeUtc(_folder[$"set/train/{s_classes[0]}"]);
        _folder.Write($"set/train/{s_classes[0]}/{s_classes[0]}_9.JPEG", new byte[50]);
        Directory.SetLastWriteTimeUtc(_folder[$"set/train/{s_classes[0]}"], time);
        Assert.Equal(count + 1, Open().Train.Count);
    }

    [Fact]
    public void A_damaged_index_is_made_anew_with_a_note()
    {
        string digest = Open().Digest;
        byte[] whole = File.ReadAllBytes(_folder[$"set/{Index}"]);
        foreach (
            Func<byte[], byte[]> damage in new Func<byte[], byte[]>[]
            {
                b => b[..^7],
                b => [],
                b => Flipped(b, b.Length / 2),
                b => "other"u8.ToArray(),
            }
        )
        {
            File.WriteAllBytes(_folder[$"set/{Index}"], damage(whole));
            _notes.Clear();
            Assert.Equal(digest, Open().Digest);
            Assert.Contains("listed anew", Assert.Single(_notes));
            Assert.Equal(digest, Open().Digest);
            Assert.Single(_notes);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Of_two_indexes_the_newer_is_believed(bool isBesideNewer)
    {
        Open();
        string beside = _folder[$"set/{Index}"],
            cached = ImageIndexFile.Places(_folder["set"], _folder["caches"]).Last();
        Directory.CreateDirectory(Path.GetDirectoryName(cached)!);
        File.Move(beside, cached);
        // Gone without a trace: the index that is written now has one image less than the one in the caches.
        DateTime time = Directory.GetLastWriteTimeUtc(_folder[$"set/train/{s_classes[0]}"]);
        File.Delete(_folder[$"set/train/{s_classes[0]}/{s_classes[0]}_0.JPEG"]);
        Directory.SetLastWriteTimeUtc(_folder[$"set/train/{s_classes[0]}"], time);
        File.Move(cached, $"{cached}.away");
        Open();
        File.Move($"{cached}.away", cached);
        File.SetLastWriteTimeUtc(isBesideNewer ? cached : beside, DateTime.UtcNow.AddSeconds(-20));
        Assert.Equal(isBesideNewer ? 5 : 6, Open().Train.Count);
        File.Delete(isBesideNewer ? beside : cached);
        Assert.Equal(isBesideNewer ? 6 : 5, Open().Train.Count);
    }

    [Fact]
    public void A_file_that_was_written_over_in_place_is_refused_and_the_index_named()
    {
        Open();
        Open();
        File.WriteAllBytes(_folder[$"set/train/{s_classes[0]}/{s_classes[0]}_0.JPEG"], new byte[70]);
        DataSet set = Open();
        byte[] pixels = new byte[set.Train.ImageSize];
        string message = Assert
            .Throws<InputException>(() =>
            {
                for (int i = 0; i < set.Train.Count; i++)
                    try
                    {
                        set.Train.Read(i, pixels);
                    }
                    catch (InputException fault) when (!fault.Message.Contains("70 bytes"))
                    {
                        // None of them is an image.
                    }
            })
            .Message;
        Assert.Contains(Index, message);
        Assert.Contains("100 in the index", message);
    }

    private static byte[] Flipped(byte[] bytes, int at)
    {
        byte[] copy = [.. bytes];
        copy[at] ^= 1;
        return copy;
    }

    /// <summary>As if the folders had been written a while ago.</summary>
    private void Settle()
    {
        foreach (string folder in Directory.GetDirectories(_folder["set"], "*", SearchOption.AllDirectories))
            Directory.SetLastWriteTimeUtc(folder, DateTime.UtcNow.AddMinutes(-1));
    }

    private DataSet Open(int from = 1) =>
        OwnImages.Open(
            $"imagenet:{_folder["set"]}",
            new OwnImageOptions
            {
                Size = (8, 8),
                MostInMemory = 0,
                IndexedFrom = from,
                Caches = _folder["caches"],
                Note = _notes.Add,
                SkipsDamaged = false,
            },
            new ImageDecoder()
        );
}
