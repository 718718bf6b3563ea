using System.Diagnostics;
using Espalier.Data;
using Espalier.Files;
using Espalier.Tests.Support;
using Xunit;

namespace Espalier.Tests.Data;

/// <summary>Files of images as they are opened.</summary>
public sealed class ImageFilesSpecs : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory(Timeout = 60_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_named_pipe_is_refused_and_not_waited_for(bool isLink)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/mkfifo"), "mkfifo(1) is not here");
        string path = _folder["pipe.png"];
        using (Process make = Process.Start("/usr/bin/mkfifo", [path]))
            await make.WaitForExitAsync(TestContext.Current.CancellationToken);
        if (isLink)
            File.CreateSymbolicLink(path = _folder["link.png"], _folder["pipe.png"]);
        foreach (ImageFiles files in (ImageFiles[])[new FolderFiles([(path, 0)]), new ListedFiles([new(_folder.Path, path, 0, 0)])])
        {
            var fault = await Assert.ThrowsAsync<InputException>(() =>
                Task.Run(() => files.Read(0), TestContext.Current.CancellationToken)
            );
            Assert.Equal($"'{path}' is no plain file, and is not read.", fault.Message);
        }
    }

    [Fact]
    public void A_plain_file_is_read_by_its_name_and_by_a_link_and_one_that_is_not_there_is_refused()
    {
        _folder.Write("a.png", [1, 2, 3]);
        File.CreateSymbolicLink(_folder["b.png"], _folder["a.png"]);
        var files = new FolderFiles([(_folder["a.png"], 0), (_folder["b.png"], 0), (_folder["c.png"], 0)]);
        for (int i = 0; i < 2; i++)
        {
            using RentedBytes bytes = files.Read(i);
            Assert.Equal([1, 2, 3], bytes.Memory.ToArray());
        }
        Assert.Equal(
            $"Cannot read '{_folder["c.png"]}': there is no such file.",
            Assert.Throws<InputException>(() => files.Read(2)).Message
        );
    }

    [Fact]
    public void Of_a_link_the_length_of_what_it_leads_to_is_listed()
    {
        _folder.Write("elsewhere", [1, 2, 3, 4, 5]);
        Directory.CreateDirectory(_folder["cat"]);
        File.CreateSymbolicLink(_folder["cat/a.png"], _folder["elsewhere"]);
        File.CreateSymbolicLink(_folder["cat/b.png"], "../elsewhere");
        IReadOnlyList<(string Name, long Length)> images = ImageIndex.Of(_folder.Path, new OwnImageOptions()).Images(_folder["cat"]);
        Assert.Equal([("a.png", 5), ("b.png", 5)], images);
        var files = new ListedFiles([.. images.Select(image => new ListedFile(_folder["cat"], image.Name, image.Length, 0))]);
        using RentedBytes bytes = files.Read(1);
        Assert.Equal([1, 2, 3, 4, 5], bytes.Memory.ToArray());
    }
}
