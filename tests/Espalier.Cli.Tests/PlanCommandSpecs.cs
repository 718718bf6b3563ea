using System.CommandLine;
using System.Text.Json;
using Espalier.Cli.Terminal;
using Espalier.Cli.Tests.Support;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary><c>plan</c> says of a command line of <c>run</c> or <c>reproduce</c>, word for word, what it would do.</summary>
public sealed class PlanCommandSpecs : IDisposable
{
    private static readonly string[] s_tiny =
    [
        .. TinyGrid.Of("0,1", "0.5"),
        "--recipe",
        "paper",
        "--controls",
        "--seeds",
        "0-1",
        "--workers",
        "1",
        "--threads",
        "1",
        "--device",
        "cpu",
        "--quiet",
        "--json",
    ];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("run")]
    [InlineData("reproduce")]
    public void Every_option_of_it_is_one_of_plan_with_the_same_words(string name)
    {
        RootCommand root = Application.Build(new Output(TextWriter.Null, TextWriter.Null));
        Command given = root.Subcommands.Single(command => command.Name == name),
            plan = root.Subcommands.Single(command => command.Name == "plan");
        Assert.True(given.Options.Count > 20);
        foreach (Option option in given.Options)
        {
            Option same = Assert.Single(plan.Options, other => other.Name == option.Name);
            Assert.Equal(option.Aliases.Order(StringComparer.Ordinal), same.Aliases.Order(StringComparer.Ordinal));
            Assert.Equal(
                (
                    option.Description,
                    option.ValueType,
                    option.Arity.MinimumNumberOfValues,
                    option.Arity.MaximumNumberOfValues,
                    option.Required
                ),
                (same.Description, same.ValueType, same.Arity.MinimumNumberOfValues, same.Arity.MaximumNumberOfValues, same.Required)
            );
            Assert.Equal(Default(option), Default(same));
        }
        static string? Default(Option option) => option.HasDefaultValue ? $"{option.GetDefaultValue()}" : null;
    }

    [Theory]
    [InlineData("reproduce table5 --seeds 0-2 --scale 0.05", "table5 --seeds 0-2 --scale 0.05")]
    [InlineData("reproduce table15 --recipe released --match-epochs 5", "--preset table15 --recipe released --match-epochs 5")]
    [InlineData("run --methods permuted --sparsity 0.9", "--methods permuted --sparsity 0.9")]
    [InlineData("run {grid} --studies barrier --only study=barrier", "{grid} --studies barrier --only study=barrier")]
    public async Task Plan_stands_before_or_in_the_place_of_the_command(string before, string inPlace)
    {
        string grid = _folder.WriteText(
                "grid.json",
                """{ "seeds": "0-1", "rewind_epochs": [1], "options": { "epochs": 3, "round_epochs": 2 } }"""
            ),
            store = _folder["store"];
        async Task<string> PlanAsync(string line) =>
            (await Shell.MustAsync(["plan", .. line.Replace("{grid}", grid).Split(' '), "--store", store, "--json"])).Out;
        Assert.Equal(await PlanAsync(before), await PlanAsync(inPlace));
    }

    [Fact]
    public async Task Plan_of_a_line_counts_the_stages_that_the_line_then_does()
    {
        string[] line = ["run", .. s_tiny, "--store", _folder["store"], "--out", _folder["run"]];
        JsonElement plan = (await Shell.MustAsync(["plan", .. line])).Json();
        Assert.Equal(0, plan.GetProperty("done").GetInt32());
        Assert.False(Directory.Exists(_folder["store"])); // looking makes nothing
        await Shell.MustAsync(line);
        JsonElement after = (await Shell.MustAsync(["plan", .. line])).Json();
        int stages = plan.GetProperty("stages").GetInt32();
        Assert.Equal(stages, after.GetProperty("done").GetInt32());
        Assert.Equal(stages, Directory.GetFiles(_folder["store/stages"], "manifest.json", SearchOption.AllDirectories).Length);
        Assert.Equal(0, after.GetProperty("epochs_to_do").GetInt32());
    }

    [Fact]
    public async Task Plan_of_a_budget_is_of_the_schedule_that_fits_it()
    {
        string[] line = ["run", .. s_tiny, "--set", "round_learning_rate=0.02", "--store", _folder["store"], "--out", _folder["run"]];
        JsonElement whole = (await Shell.MustAsync(["plan", .. line])).Json(),
            fitted = (await Shell.MustAsync(["plan", .. line, "--budget", "9h"])).Json();
        Assert.Equal(whole.GetRawText(), fitted.GetRawText());
        ShellResult never = await Shell.RunAsync(["plan", .. line, "--set", "epochs=100000", "--budget", "0.001s"]);
        Assert.Equal(2, never.Code);
        Assert.Contains("larger budget", Assert.Single(never.ErrorLines));
    }

    [Fact]
    public async Task Plan_knows_what_failed_before_and_is_left_alone()
    {
        string[] line =
        [
            "run",
            .. s_tiny.Where(word => word != "--controls"),
            "--set",
            "round_learning_rate=999",
            "--set",
            "round_weight_decay=900",
            "--methods",
            "permuted,dense",
            "--store",
            _folder["store"],
            "--out",
            _folder["run"],
        ];
        Assert.Equal(2, (await Shell.RunAsync(line)).Code);
        JsonElement again = (await Shell.MustAsync(["plan", .. line])).Json(),
            kept = (await Shell.MustAsync(["plan", .. line, "--keep-failed"])).Json();
        Assert.Equal(0, again.GetProperty("left_alone").GetInt32());
        Assert.True(kept.GetProperty("left_alone").GetInt32() > 2); // of each seed the pruning, and the permuted networks that need it
        Assert.Equal(0, kept.GetProperty("epochs_to_do").GetInt32());
        Assert.Equal(again.GetProperty("done").GetInt32(), kept.GetProperty("done").GetInt32());
    }
}
