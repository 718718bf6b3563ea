using System.Text.Json;
using Espalier.Data;
using Espalier.Execution;
using Espalier.Lab.Stages;

namespace Espalier.Lab.Design.Costs;

/// <summary>How fast a known graphics card trains, to say what a plan would cost on one that is not here.</summary>
/// <param name="Name">As the command line takes it, such as <c>h200</c>.</param>
/// <param name="Title">Its maker's name for it.</param>
/// <param name="Source">Where the rates are from: measured when and with what, or how they follow from another card's.</param>
/// <param name="PeakTflops">Its maker's dense bfloat16 operations a second, in units of 10¹².</param>
/// <param name="Rates">Images a second, in bfloat16, all processes together.</param>
public sealed record CardRates(string Name, string Title, string Source, double PeakTflops, IReadOnlyList<CardRates.Rate> Rates)
{
    /// <summary>
    /// The share of the peak that is taken where images of a size were not measured: what an H200 takes of its own with ResNet50 at 224
    /// pixels. Convolutions on large maps wait for memory.
    /// </summary>
    private const double ShareOfPeak = 0.12;

    private static readonly JsonSerializerOptions s_format = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private static readonly Lazy<IReadOnlyList<CardRates>> s_known = new(Read);

    /// <summary>One rate.</summary>
    /// <param name="Model">The network.</param>
    /// <param name="Workers">Processes side by side.</param>
    /// <param name="ImagesPerSecond">Trained on, by all of them together.</param>
    /// <param name="DataSet">What the images are as large as; null for CIFAR's.</param>
    public sealed record Rate(string Model, int Workers, double ImagesPerSecond, string? DataSet = null)
    {
        /// <summary>The images.</summary>
        internal DataSetFacts Images => DataSetFacts.Of(DataSet ?? "cifar10");

        /// <summary>Operations of an image.</summary>
        internal double Operations => new ModelSource(Model, Images).FlopsPerImage;
    }

    /// <summary>All cards of which there are rates.</summary>
    public static IReadOnlyList<CardRates> Known => s_known.Value;

    /// <summary>The card of that name; null where it is no card's.</summary>
    public static CardRates? Find(string name) =>
        Known.FirstOrDefault(card => string.Equals(card.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// The rates of a grid's networks. One that has none gets the operations a second that lie between those of the next smaller and the
    /// next larger network by the logarithm of the operations of an image. One larger than all gets the largest's; one smaller than all the
    /// smallest's, or, where images are no larger than CIFAR's, as many images a second as that one, which launches bind. Only rates on
    /// images of the grid's own size are asked, those of CIFAR's for smaller ones too; where there are none, a share of the peak is taken.
    /// All that is not training is taken to do as many operations a second.
    /// <see cref="MachineRate.Estimated"/> says where so little was measured.
    /// </summary>
    /// <exception cref="InputException">The grid computes in another precision than the rates are of.</exception>
    public MachineRate For(Grid grid)
    {
        IReadOnlyList<ModelSource> models = grid.Sources();
        Rate[] measured = [.. Rates.Where(rate => IsAsLarge(rate.Images, grid.Facts))];
        (double Operations, double PerSecond)[] points =
        [
            .. measured
                .Select(rate => (Of: rate.Operations, rate.ImagesPerSecond))
                .Select(point => (point.Of, point.Of * point.ImagesPerSecond))
                .OrderBy(point => point.Of),
        ];
        bool areSmall = measured.Any(rate => rate.DataSet is null);
        var found = new Dictionary<string, PerPass>(StringComparer.Ordinal);
        foreach (ModelSource model in models)
        {
            var training = grid.Options.Dense(model.Network);
            if (training.Precision != Precision.BFloat16)
                throw new InputException(
                    $"The rates of {Title} are of trainings in bfloat16; {model.Name} is trained in {training.Precision.Name()}: "
                        + "expected precision BFloat16, or --measure on the card itself."
                );
            found[model.Name] = PerPass.Same(
                points.Length == 0 ? ShareOfPeak * PeakTflops * 1e12 : Between(points, model.FlopsPerImage, areSmall)
            );
        }
        ModelSource heaviest = models.MaxBy(model => model.FlopsPerImage)!;
        Rate? nearest = measured.MinBy(rate => Math.Abs(Math.Log(rate.Operations / heaviest.FlopsPerImage)));
        return new MachineRate(nearest?.Workers ?? 1, 1, found)
        {
            Estimated =
                nearest is null
                    ? $"estimated: images of {grid.Facts.ImageShape} were not measured, {100 * ShareOfPeak:0} % of its maker's "
                        + $"{PeakTflops:0} dense bfloat16 TFLOP/s are taken"
                : measured.Length == 1 && models.Any(model => model.FlopsPerImage != nearest.Operations)
                    ? $"estimated: of images of {grid.Facts.ImageShape} only {nearest.Model} was measured, whose operations a second are "
                        + "taken"
                : null,
        };
    }

    private static bool IsAsLarge(DataSetFacts measured, DataSetFacts asked) =>
        measured.ImageShape.Positions == asked.ImageShape.Positions
        || (measured.Name == "cifar10" && asked.ImageShape.Positions <= measured.ImageShape.Positions);

    private static double Between((double Operations, double PerSecond)[] points, double operations, bool areBoundByLaunches)
    {
        int above = Array.FindIndex(points, point => point.Operations >= operations);
        if (above == 0)
            return areBoundByLaunches ? points[0].PerSecond * operations / points[0].Operations : points[0].PerSecond;
        if (above < 0)
            return points[^1].PerSecond;
        ((double x0, double y0), (double x1, double y1)) = (points[above - 1], points[above]);
        double share = Math.Log(operations / x0) / Math.Log(x1 / x0);
        return y0 * Math.Pow(y1 / y0, share);
    }

    private static List<CardRates> Read()
    {
        using Stream file = typeof(CardRates).Assembly.GetManifestResourceStream("cards.json")!;
        Entry[] entries = JsonSerializer.Deserialize<Entry[]>(file, s_format)!;
        var cards = new List<CardRates>();
        foreach (Entry entry in entries)
        {
            IReadOnlyList<Rate> rates = entry.Rates ?? cards.Single(card => card.Name == entry.As).Rates;
            cards.Add(
                new CardRates(
                    entry.Name,
                    entry.Title,
                    entry.Source,
                    entry.PeakTflops,
                    [.. rates.Select(rate => rate with { ImagesPerSecond = rate.ImagesPerSecond * entry.Share })]
                )
            );
        }
        return cards;
    }

    /// <summary>A card as the file has it: with rates of its own, or with a share of another's.</summary>
    private sealed record Entry(string Name, string Title, string Source, double Share, double PeakTflops, Rate[]? Rates, string? As);
}
