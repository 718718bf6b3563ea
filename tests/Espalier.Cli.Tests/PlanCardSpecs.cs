using System.Text.Json;
using Espalier.Cli.Tests.Support;
using Espalier.Execution;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Costs;
using Espalier.Networks;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>What a plan costs on a card that is not here, by the rates in the repository.</summary>
public sealed class PlanCardSpecs
{
    private static readonly Grid s_grid = new()
    {
        DataSet = "cifar10",
        Models = ["resnet20:width=1", "resnet20:width=2", "resnet20:width=4", "resnet20:width=32", "resnet20:blocks=1"],
        Options = new() { Training = new() { EvaluateEvery = 0 } },
    };

    [Fact]
    public void A_measured_network_trains_at_the_rate_that_was_measured_and_others_between_their_neighbours()
    {
        MachineRate rate = CardRates.Find("H200")!.For(s_grid);
        double Images(string model) => rate.Speeds[model].Training / Models.Build(model, Shape.Maps(3, 32, 32), 10).TrainingOperations();
        Assert.Equal(120500, Images("resnet20:width=1"), 1e-6);
        Assert.Equal(47600, Images("resnet20:width=4"), 1e-6);
        Assert.InRange(Images("resnet20:width=2"), 47600, 120500);
        Assert.InRange(Images("resnet20:width=32") * 4, 3950, 4100); // as many operations a second as at width 16
        Assert.Equal(120500, Images("resnet20:blocks=1"), 1e-6); // launches bind it: no faster than the smallest measured
    }

    [Fact]
    public void Rates_that_were_not_measured_say_so_and_from_what_they_follow()
    {
        foreach (CardRates card in CardRates.Known)
            Assert.StartsWith(card.Name == "h200" ? "measured on one card on 20" : "not measured: an H200's", card.Source);
        CardRates measured = CardRates.Find("h200")!,
            scaled = CardRates.Find("h100")!;
        Assert.All(
            measured.Rates.Zip(scaled.Rates),
            pair => Assert.Equal(0.70 * pair.First.ImagesPerSecond, pair.Second.ImagesPerSecond, 1e-6)
        );
    }

    [Fact]
    public void Rates_in_bfloat16_say_nothing_of_float32()
    {
        Grid exact = s_grid with { Options = new() { Training = new() { Precision = Precision.Float32 } } };
        Assert.Contains("bfloat16", Assert.Throws<InputException>(() => CardRates.Find("h200")!.For(exact)).Message);
    }

    [Fact]
    public async Task Plan_says_the_hours_of_a_table_on_a_card_and_where_they_are_from()
    {
        string[] line = ["plan", "table5", "--seeds", "0", "--store", "no-such-store", "--out", "no-such-run"];
        JsonElement plan = (await Shell.MustAsync([.. line, "--device", "h200", "--json"])).Json();
        // 19,350 epochs of 50,000 images, and some testing and matching.
        double training = plan.GetProperty("epochs_to_do").GetInt64() * 50000 / 120500.0;
        Assert.InRange(plan.GetProperty("estimated_seconds").GetDouble(), training, 1.2 * training);
        Assert.Contains("measured on one card", plan.GetProperty("estimated_on").GetString());
        Assert.Contains("NVIDIA A100", (await Shell.MustAsync([.. line, "--device", "a100"])).Out);
        ShellResult both = await Shell.RunAsync([.. line, "--device", "h200", "--measure"]);
        Assert.Equal(2, both.Code);
        Assert.Contains("expected one of both", Assert.Single(both.ErrorLines));
    }
}
