using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Espalier.Runtime;
using Xunit;

namespace Espalier.Tests.Runtime;

public class MachineReportSpecs
{
    private static MachineReport Here => MachineReport.Collect(AppContext.BaseDirectory);

    [Fact]
    public void It_says_what_measurements_need()
    {
        MachineReport report = Here;
        Assert.Equal(Environment.ProcessorCount, report.Cores);
        Assert.True(report.Threads >= 1);
        Assert.True(report.MemoryBytes > 1 << 28);
        Assert.True(report.FreeDiskBytes > 0);
        Assert.Equal("cpu", report.Devices[0]);
        Assert.All(
            [report.System, report.Processor, report.Runtime, report.TorchSharp, report.Libtorch],
            text => Assert.False(string.IsNullOrWhiteSpace(text))
        );
    }

    [Fact]
    public void On_Linux_it_knows_the_available_memory_and_the_processor()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "read from /proc");
        Assert.InRange(Here.AvailableMemoryBytes!.Value, 1 << 20, 1L << 50);
        Assert.DoesNotContain(':', Here.Processor);
    }

    [Fact]
    public void Every_device_it_names_can_be_used() => Assert.All(Here.Devices, name => Assert.NotNull(ComputeDevice.Parse(name)));

    [Fact]
    public void It_names_no_host_no_user_and_no_path()
    {
        string text = JsonSerializer.Serialize(Here);
        Assert.DoesNotContain(AppContext.BaseDirectory, text, StringComparison.Ordinal);
        Assert.DoesNotContain(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + "/", text, StringComparison.Ordinal);
        string host = @"\b" + Regex.Escape(Environment.MachineName) + @"\b";
        Assert.SkipWhen(
            Regex.IsMatch(RuntimeInformation.OSDescription + " cpu", host, RegexOptions.IgnoreCase),
            "this host is called like a word of the report"
        );
        Assert.DoesNotMatch(new Regex(host, RegexOptions.IgnoreCase), text);
    }

    [Fact]
    public void A_folder_that_is_not_there_yet_lies_on_the_disk_of_its_parent() =>
        Assert.True(MachineReport.Collect(Path.Combine(AppContext.BaseDirectory, "not", "yet", "there")).FreeDiskBytes > 0);

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    public void An_empty_path_is_refused(string path) =>
        Assert.Contains("empty", Assert.Throws<InputException>(() => MachineReport.Collect(path)).Message, StringComparison.Ordinal);
}
