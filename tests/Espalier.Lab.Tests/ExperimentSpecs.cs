using Espalier.Lab.Design;
using Espalier.Lab.Design.Recipes;
using Espalier.Lab.Engine.Running;
using Xunit;

namespace Espalier.Lab.Tests;

/// <summary>A library user runs a grid and reads its numbers without the command line.</summary>
public sealed class ExperimentSpecs : IDisposable
{
    private static readonly Grid s_grid = new()
    {
        Models = ["mlp:width=8"],
        Sparsities = [0.5],
        RewindEpochs = [1],
        Options = new Recipe().With(
            training: t => t with { Epochs = 2 },
            pruning: p => p with { RoundFraction = 0.5 },
            fineTuning: t => t with { Epochs = 1 },
            matching: m => m with { Images = 64 }
        ) with
        {
            TrainImages = 256,
        },
    };

    private readonly TempFolder _folder = new();

    [Fact]
    public async Task What_was_stopped_goes_on_and_ends_in_the_numbers_of_what_was_not()
    {
        CancellationToken always = TestContext.Current.CancellationToken;
        var whole = new Experiment(s_grid, _folder["whole"]);
        Assert.Equal(0, whole.Done);
        Assert.False(Directory.Exists(_folder["whole"]));
        RunOutcome outcome = await whole.RunAsync(cancel: always);
        Assert.Empty(outcome.Failures);
        Assert.Equal(whole.Plan.Stages.Count, whole.Done);

        using var stop = new CancellationTokenSource();
        var cut = new Experiment(s_grid, _folder["cut"]);
        RunOutcome first = await cut.RunAsync(
            progress: new Relay<RunProgress>(p =>
            {
                if (p.Done == 2)
                    stop.Cancel();
            }),
            cancel: stop.Token
        );
        Assert.True(first.Cancelled);
        Assert.InRange(cut.Done, 2, cut.Plan.Stages.Count - 1);
        RunOutcome rest = await cut.RunAsync(workers: 2, cancel: always);
        Assert.Equal(cut.Plan.Stages.Count - first.Ran, rest.Ran);
        Assert.Equal(Accuracies(whole), Accuracies(cut));
    }

    [Fact]
    public async Task A_grid_of_a_file_is_opened_as_the_command_line_opens_it()
    {
        GridFile.Write(_folder["grid.json"], s_grid);
        Experiment opened = Experiment.Open(_folder["grid.json"], _folder["store"]);
        Assert.Equal(new Experiment(s_grid, _folder["store"]).Plan.Stages.Select(s => s.Id), opened.Plan.Stages.Select(s => s.Id));
        await Assert.ThrowsAsync<InputException>(() => opened.RunAsync(workers: 0, cancel: TestContext.Current.CancellationToken));
    }

    public void Dispose() => _folder.Dispose();

    private static IEnumerable<(string, double)> Accuracies(Experiment experiment) =>
        experiment.Results().Cells.Select(cell => (cell.Method, cell.TestAccuracyPercent));
}
