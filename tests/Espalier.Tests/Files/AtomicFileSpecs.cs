using Espalier.Files;
using Xunit;

namespace Espalier.Tests.Files;

public sealed class AtomicFileSpecs : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_text_is_written_without_a_mark_and_replaces_the_earlier_one()
    {
        AtomicFile.WriteText(_folder["a.txt"], "first and longer");
        AtomicFile.WriteText(_folder["a.txt"], "zweité");
        Assert.Equal("zweité"u8.ToArray(), File.ReadAllBytes(_folder["a.txt"]));
        Assert.Equal(["a.txt"], _folder.Names);
    }

    [Fact]
    public void Missing_parent_folders_are_made()
    {
        AtomicFile.WriteText(_folder["x/y/z.txt"], "deep");
        Assert.Equal("deep", File.ReadAllText(_folder["x/y/z.txt"]));
    }

    [Fact]
    public void While_writing_the_old_file_is_whole_and_the_new_one_is_beside_it()
    {
        AtomicFile.WriteText(_folder["a"], "old");
        AtomicFile.Write(
            _folder["a"],
            stream =>
            {
                stream.Write("new"u8);
                stream.Flush();
                Assert.Equal("old", File.ReadAllText(_folder["a"]));
                Assert.Equal(2, _folder.Names.Length);
                Assert.StartsWith("a.part-", _folder.Names[1], StringComparison.Ordinal);
            }
        );
        Assert.Equal("new", File.ReadAllText(_folder["a"]));
    }

    [Fact]
    public void A_failing_writer_leaves_nothing_when_there_was_nothing()
    {
        Assert.Throws<InvalidOperationException>(() =>
            AtomicFile.Write(
                _folder["a"],
                stream =>
                {
                    stream.Write("half"u8);
                    throw new InvalidOperationException("a bug");
                }
            )
        );
        Assert.Empty(_folder.Names);
    }

    [Fact]
    public void A_failing_writer_keeps_the_old_file()
    {
        AtomicFile.WriteText(_folder["a"], "old");
        Assert.Throws<InvalidOperationException>(() =>
            AtomicFile.Write(
                _folder["a"],
                stream =>
                {
                    stream.Write(new byte[100_000]);
                    throw new InvalidOperationException("a bug");
                }
            )
        );
        Assert.Equal("old", File.ReadAllText(_folder["a"]));
        Assert.Equal(["a"], _folder.Names);
    }

    [Fact]
    public void An_input_exception_of_the_writer_passes_unchanged()
    {
        InputException own = new("The mask is of another network.");
        Assert.Same(own, Assert.Throws<InputException>(() => AtomicFile.Write(_folder["a"], _ => throw own)));
        Assert.Empty(_folder.Names);
    }

    [Fact]
    public void A_fault_of_the_disk_after_the_writer_returned_keeps_the_old_file()
    {
        AtomicFile.WriteText(_folder["a"], "old");
        Refusal.Of(
            () =>
                AtomicFile.Write(
                    _folder["a"],
                    stream =>
                    {
                        // No file system takes a file that long; the fault comes when the buffer is flushed.
                        stream.Position = long.MaxValue - 8;
                        stream.WriteByte(1);
                    }
                ),
            _folder["a"],
            "larger than its file system takes"
        );
        Assert.Equal("old", File.ReadAllText(_folder["a"]));
        Assert.Equal(["a"], _folder.Names);
    }

    [Fact]
    public void A_file_too_large_for_its_file_system_is_reported_where_the_writer_meets_it()
    {
        Refusal.Of(
            () =>
                AtomicFile.Write(
                    _folder["a"],
                    stream =>
                    {
                        stream.Position = long.MaxValue - (1 << 20);
                        stream.Write(new byte[1 << 17]); // more than a buffer: written at once
                    }
                ),
            _folder["a"],
            "larger than its file system takes"
        );
        Assert.Empty(_folder.Names);
    }

    [Fact]
    public void A_wrong_argument_of_the_writer_itself_is_not_blamed_on_the_disk()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            AtomicFile.Write(_folder["a"], _ => throw new ArgumentOutOfRangeException("value"))
        );
        Assert.Throws<ArgumentOutOfRangeException>(() => AtomicFile.Write(_folder["a"], stream => stream.Write(new byte[4], 2, 3)));
    }

    [Fact]
    public void A_full_disk_is_reported_with_the_reason_of_the_system()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "The system has no /dev/full.");
        string message = Refusal.Of(
            () =>
                AtomicFile.Write(
                    _folder["a"],
                    _ =>
                    {
                        using FileStream full = new("/dev/full", FileMode.Open, FileAccess.Write);
                        full.Write("x"u8);
                        full.Flush();
                    }
                ),
            _folder["a"],
            "No space left on device"
        );
        Assert.DoesNotContain(".part-", message, StringComparison.Ordinal);
        Assert.Empty(_folder.Names);
    }

    [Fact]
    public void A_folder_in_the_files_place_is_refused_and_kept()
    {
        Directory.CreateDirectory(_folder["a"]);
        Refusal.Of(() => AtomicFile.WriteText(_folder["a"], "text"), _folder["a"], "it is a folder");
        Refusal.Of(() => AtomicFile.WriteText(_folder["b/"], "text"), _folder["b/"], "it is a folder");
        Assert.Equal(["a"], _folder.Names);
    }

    [Fact]
    public void A_path_under_a_file_is_refused()
    {
        AtomicFile.WriteText(_folder["a"], "old");
        Refusal.Of(() => AtomicFile.WriteText(_folder["a/b"], "text"), _folder["a/b"], "Cannot write");
        Assert.Equal("old", File.ReadAllText(_folder["a"]));
    }

    [Theory]
    [InlineData("/proc/espalier.txt")]
    [InlineData("/proc/espalier/a.txt")]
    [InlineData("/sys/espalier.txt")]
    [InlineData("/dev/null")]
    public void A_place_that_takes_no_files_is_refused(string path)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The paths are Linux's.");
        Refusal.Of(() => AtomicFile.WriteText(path, "text"), path, "Cannot write");
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("a\0b")]
    public void A_path_that_is_no_file_name_is_refused(string path) =>
        Refusal.Of(() => AtomicFile.WriteText(path, "text"), "", "is not a file name");

    [Fact]
    public void A_name_that_is_too_long_is_refused() =>
        Assert.Throws<InputException>(() => AtomicFile.WriteText(_folder[new string('n', 300)], "text"));

    [Fact]
    public void A_symbolic_link_stays_and_its_target_is_replaced()
    {
        AtomicFile.WriteText(_folder["real"], "old");
        File.CreateSymbolicLink(_folder["link"], _folder["real"]);
        AtomicFile.WriteText(_folder["link"], "new");
        Assert.Equal("new", File.ReadAllText(_folder["real"]));
        Assert.NotNull(new FileInfo(_folder["link"]).LinkTarget);
        Assert.Equal(["link", "real"], _folder.Names);
    }

    [Fact]
    public async Task Many_writers_of_one_file_leave_one_whole_text()
    {
        string[] texts = Enumerable.Range(0, 16).Select(i => new string((char)('a' + i), 50_000)).ToArray();
        await Task.WhenAll(texts.Select(text => Task.Run(() => AtomicFile.WriteText(_folder["a"], text))));
        Assert.Contains(File.ReadAllText(_folder["a"]), texts);
        Assert.Equal(["a"], _folder.Names);
    }
}
