using System.Text.Json;
using Espalier.Cli.Tests.Support;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>Commands that measure between networks given as files.</summary>
public sealed class StudyCommandSpecs : IAsyncLifetime
{
    private static readonly string[] s_tiny = ["--train-images", "256", "--threads", "1", "--quiet"];

    private readonly TempFolder _folder = new();

    public async ValueTask InitializeAsync()
    {
        foreach (string name in new[] { "A", "B", "C" })
            await Shell.MustAsync(["train", "--name", name, "--epochs", "1", "--out", _folder[name], .. Shell.Tiny]);
        await Shell.MustAsync(["match", Of("A"), Of("B"), "--out", _folder["pi.safetensors"], "--match-images", "100", .. s_tiny]);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_network_has_no_barrier_with_itself_and_two_have_one_report()
    {
        string[] few = ["--points", "3", "--refinements", "1", "--images", "100", "--statistics-images", "50", .. s_tiny];
        JsonElement self = await Json("barrier", [Of("A"), Of("A"), .. few]);
        Assert.All(
            self.EnumerateArray(),
            way => Assert.Equal(0, way.GetProperty("test").GetProperty("barrier").GetProperty("loss").GetDouble(), 5)
        );
        JsonElement two = await Json(
            "barrier",
            [Of("A"), Of("B"), "-p", _folder["pi.safetensors"], "--correction", "none", "rescale", "--out", _folder["report"], .. few]
        );
        Assert.Equal(["none", "rescale"], two.EnumerateArray().Select(way => way.GetProperty("correction").GetString()));
        Assert.True(File.Exists(_folder["report/report.html"]) && File.Exists(_folder["report/figures/barrier-mlp-3x16.svg"]));
        Assert.Contains("repair", (await Shell.MustAsync(["barrier", Of("A"), Of("B"), .. few])).Out);
    }

    [Fact]
    public async Task A_merged_network_is_a_plain_one_that_can_be_evaluated()
    {
        JsonElement merged = await Json(
            "repair",
            [Of("A"), Of("B"), "-p", _folder["pi.safetensors"], "--out", _folder["merged.safetensors"], .. s_tiny]
        );
        JsonElement tested = await Json("evaluate", [_folder["merged.safetensors"], "--train-images", "256", "--threads", "1"]);
        Assert.Equal(
            merged.GetProperty("corrected").GetProperty("accuracy_percent").GetDouble(),
            tested.GetProperty("accuracy_percent").GetDouble(),
            9
        );
        await Json("repair", [Of("A"), Of("B"), "--alpha", "0", "--correction", "none", "--out", _folder["a.safetensors"], .. s_tiny]);
        JsonElement difference = await Json("diversity", [Of("A"), _folder["a.safetensors"], .. s_tiny]);
        Assert.Equal(0, difference.GetProperty("diversity").GetProperty("disagreement").GetDouble());
    }

    [Fact]
    public async Task A_plane_continues_where_it_was_stopped_and_refuses_rows_of_another()
    {
        string[] plane = ["plane", Of("A"), Of("B"), Of("C"), "--points", "3", "--images", "100", "--out", _folder["plane"], .. s_tiny];
        string text = (await Shell.MustAsync(plane)).Out;
        Assert.Contains("3 x 3 points", text);
        string row = _folder["plane/rows/row-0001.json"],
            other = _folder["plane/rows/row-0002.json"];
        string before = File.ReadAllText(row);
        DateTime kept = File.GetLastWriteTimeUtc(other);
        string[] onTwo = [.. plane.Select(word => word == "1" ? "2" : word)];
        Assert.Equal(text, (await Shell.MustAsync(onTwo)).Out); // finished rows are valid whatever the number of threads
        File.Delete(row);
        Assert.Contains("was begun on 1 thread, and 2 threads would end in other bits", (await Shell.RunAsync(onTwo)).Err);
        Assert.False(File.Exists(row));
        Assert.Equal(text, (await Shell.MustAsync(plane)).Out);
        Assert.Equal(before, File.ReadAllText(row));
        Assert.Equal(kept, File.GetLastWriteTimeUtc(other));
        ShellResult refused = await Shell.RunAsync([.. plane, "-p", _folder["pi.safetensors"]]);
        Assert.Equal(2, refused.Code);
        Assert.Contains("holds a plane with another third network", refused.Err);
        Assert.True(File.Exists(_folder["plane/figures/plane-error-mlp-3x16-0-0-0.svg"]));
    }

    [Fact]
    public async Task A_barrier_continues_with_the_points_it_lacks_and_refuses_curves_of_another()
    {
        string[] barrier = ["barrier", Of("A"), Of("B"), "--points", "3", "--refinements", "0", "--images", "100", "--out"];
        barrier = [.. barrier, _folder["barrier"], "--correction", "none", "rescale", .. s_tiny];
        string text = (await Shell.MustAsync(barrier)).Out;
        string curve = _folder["barrier/curves/rescale/curve.json"],
            points = _folder["barrier/curves/rescale/points.jsonl"],
            before = File.ReadAllText(curve);
        string[] onTwo = [.. barrier.Select(word => word == "1" ? "2" : word)];
        Assert.False(File.Exists(points));
        Assert.Equal(text, (await Shell.MustAsync(onTwo)).Out);
        File.Delete(curve);
        Assert.Contains("was begun on 1 thread", (await Shell.RunAsync(onTwo)).Err);
        Assert.Equal(text, (await Shell.MustAsync(barrier)).Out);
        Assert.Equal(before, File.ReadAllText(curve));

        File.Delete(curve);
        const string Set = """{"Loss":12345.5,"AccuracyPercent":50,"Images":100}""";
        File.WriteAllText(points, $$"""{"Alpha":0.5,"Sets":[{{Set}},{{Set}}]}""");
        await Shell.MustAsync(barrier);
        Assert.Contains("12345.5", File.ReadAllText(curve)); // a point that was measured is not measured again
        ShellResult refused = await Shell.RunAsync([.. barrier, "-p", _folder["pi.safetensors"]]);
        Assert.Equal(2, refused.Code);
        Assert.Contains("holds a barrier with another first network", refused.Err);
    }

    [Fact]
    public async Task Diversity_of_several_networks_is_told_with_their_ensemble()
    {
        JsonElement report = await Json("diversity", [Of("A"), Of("B"), Of("C"), .. s_tiny]);
        Assert.Equal(3, report.GetProperty("members").GetArrayLength());
        Assert.True(report.GetProperty("diversity").GetProperty("disagreement").GetDouble() > 0);
        Assert.Contains("ensemble", (await Shell.MustAsync(["diversity", Of("A"), Of("B"), .. s_tiny])).Out);
    }

    private string Of(string name) => _folder[$"{name}/weights.safetensors"];

    private static async Task<JsonElement> Json(string command, string[] args) =>
        (await Shell.RunAsync([command, .. args, "--json"])).Json();
}
