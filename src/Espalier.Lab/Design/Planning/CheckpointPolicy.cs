namespace Espalier.Lab.Design.Planning;

/// <summary>
/// Which epochs of a dense training are kept. They are part of its artefact, so the choice depends as little as possible on what a grid
/// asks for: grids with other rewind epochs then share their dense networks.
/// </summary>
internal static class CheckpointPolicy
{
    private const long SmallInAll = 64L << 20;
    private const int FullSchedule = 200;

    /// <summary>Rewind and matching epochs of the paper's tables.</summary>
    private static readonly int[] s_paper = [0, 5, 10, 15, 20, 25, 50, 75, 100];

    /// <summary>Every epoch where that takes little room; otherwise the paper's, scaled to the schedule, and those asked for.</summary>
    /// <param name="bytes">Of one checkpoint.</param>
    /// <param name="schedule">T, whose checkpoints are wanted.</param>
    /// <param name="last">Last epoch trained, which is kept anyway.</param>
    /// <param name="asked">Epochs that the grid needs.</param>
    public static IReadOnlyList<int> Keep(long bytes, int schedule, int last, IEnumerable<int> asked) =>
        [
            .. (
                bytes * schedule <= SmallInAll
                    ? Enumerable.Range(0, last)
                    : s_paper.Select(k => Recipes.Recipe.Scale(k, (double)schedule / FullSchedule, 0)).Concat(asked)
            )
                .Where(k => k < last)
                .Distinct()
                .Order(),
        ];
}
