using System.Text.Json;
using Espalier.Cli.Commands;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Engine;
using Xunit;

namespace Espalier.Cli.Tests;

public sealed class DemoSpecs
{
    [Fact]
    public void Every_training_of_the_demo_is_tested_after_every_epoch_so_that_its_curves_are_curves()
    {
        Stage[] trained = [.. Planner.Of(DemoCommand.Grid).Stages.Where(stage => stage.Epochs > 0)];
        Assert.Equal(["dense", "prune", "sparse"], trained.Select(stage => stage.Kind).Distinct());
        Assert.All(
            trained,
            stage =>
                Assert.Equal(
                    1,
                    JsonSerializer.SerializeToElement(stage.Options).GetProperty("Training").GetProperty("EvaluateEvery").GetInt32()
                )
        );
    }
}
