using Espalier.Cli.Tests.Support;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>Pages that <c>train</c>, <c>prune</c> and <c>match</c> leave beside their work.</summary>
public sealed class StepPageCommandSpecs : WorkFolder
{
    [Fact]
    public async Task Train_prune_and_match_each_leave_a_page_and_write_one_that_is_missing_again()
    {
        await TrainAsync("A");
        await Shell.MustAsync(["train", "--name", "B", "--epochs", "1", .. Shell.Tiny, "--out", _folder["B"]]);
        await Shell.MustAsync(Prune("A"));
        string[] match = Match();
        await Shell.MustAsync(match);
        foreach ((string page, string title) in new[] { ("A/report.html", "train"), ("p/report.html", "prune"), ("m/pi.html", "match") })
        {
            string text = File.ReadAllText(_folder[page]);
            Assert.Contains($"<title>Espalier: {title}</title>", text, StringComparison.Ordinal);
            Assert.EndsWith("</html>\n", text, StringComparison.Ordinal);
            Assert.DoesNotContain(_folder.Path, text, StringComparison.Ordinal);
            File.Delete(_folder[page]);
            await Shell.MustAsync(
                title switch
                {
                    "train" => Train("A"),
                    "prune" => Prune("A"),
                    _ => match,
                }
            );
            Assert.Equal(text, File.ReadAllText(_folder[page]));
        }
    }

    [Fact]
    public async Task Options_that_change_what_is_done_stand_on_the_page()
    {
        await Shell.MustAsync([.. Train("A"), "--ema-decay", "0.5", "--label-smoothing", "0.1"]);
        string page = File.ReadAllText(_folder["A/report.html"]);
        foreach (string word in new[] { "ema_decay", "label_smoothing", "Test accuracy of the moving average" })
            Assert.Contains(word, page, StringComparison.Ordinal);
        Assert.DoesNotContain("nesterov", page, StringComparison.Ordinal);
        await Shell.MustAsync([.. Prune("A"), "--criterion", "snip"]);
        page = File.ReadAllText(_folder["p/report.html"]);
        foreach (string word in new[] { "criterion", "snip", "prunable" })
            Assert.Contains(word, page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_is_written_over_no_other_and_that_is_said_before_anything_is_computed()
    {
        await TrainAsync("A");
        await Shell.MustAsync(["train", "--name", "B", "--epochs", "1", .. Shell.Tiny, "--out", _folder["B"]]);
        Directory.CreateDirectory(_folder["m"]);
        File.WriteAllText(_folder["m/pi.html"], "<title>mine</title>");
        await MustRefuseAsync("pi.html', where the page of match goes, holds something else", Match());
        File.WriteAllText(_folder["A/report.html"], "<title>Espalier: demo</title>");
        await MustRefuseAsync("report.html', where the page of train goes, holds something else", Train("A"));
        Assert.False(File.Exists(_folder["m/pi.safetensors"]));
    }

    private string[] Match() =>
        [
            "match",
            _folder["A/weights.safetensors"],
            _folder["B/weights.safetensors"],
            "--match-images",
            "64",
            "--threads",
            "1",
            "--quiet",
            "--out",
            _folder["m/pi.safetensors"],
        ];
}
