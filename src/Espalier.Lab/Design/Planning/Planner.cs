using Espalier.Lab.Design.Recipes;
using Espalier.Lab.Engine;
using Espalier.Lab.Stages;
using Espalier.Pruning;

namespace Espalier.Lab.Design.Planning;

/// <summary>Expands a grid into the graph of stages it needs.</summary>
public static class Planner
{
    /// <summary>The plan of a grid.</summary>
    /// <exception cref="InputException">The grid is impossible.</exception>
    public static Plan Of(Grid grid)
    {
        grid.Validated();
        DataSource data = grid.Source;
        var cells = new List<PlannedCell>();
        var studies = new List<PlannedStudy>();
        foreach (ModelSource model in grid.Sources())
        {
            Recipe recipe = grid.Options.Validated(model.Network);
            IReadOnlyList<PruningRound> rounds = recipe.Pruning.Rounds(model.Network, grid.Sparsities);
            SeedPlanner[] seeds = [.. grid.Seeds.Select(seed => new SeedPlanner(grid, model, data, rounds, seed))];
            foreach (SeedPlanner seed in seeds)
            {
                PlannedCell[] ofSeed = [.. seed.Cells()];
                cells.AddRange(ofSeed);
                if (recipe.Compare == ComparedWith.Lth)
                    studies.AddRange(seed.Comparisons(ofSeed));
            }
            studies.AddRange(new StudyPlanner(grid, model, seeds).Plan());
        }
        return new Plan(cells, studies, Evaluations(grid, cells));
    }

    private static IEnumerable<Stage> Evaluations(Grid grid, List<PlannedCell> cells) =>
        grid.Evaluate switch
        {
            EvaluatedNetworks.None => [],
            EvaluatedNetworks.Dense => cells.Select(cell => cell.Stage).OfType<DenseStage>().Select(stage => new EvaluateStage(stage)),
            _ => cells.Select(cell => new EvaluateStage(cell.Stage)),
        };
}
