using Espalier.Data;
using Espalier.Runtime;
using Espalier.Training;
using Espalier.Weights;
using static TorchSharp.torch;

namespace Espalier.Connectivity;

/// <summary>
/// The linear path between two networks, (1 − α)·θ₁ + α·θ₂ (equation 3). For sparse networks give effective weights, θ ⊙ m
/// (<see cref="WeightSet.Masked"/>).
/// </summary>
/// <remarks>
/// Networks between the ends are made on the device that they are measured on: the ends are sent there once, and of each network between
/// them only its loss and its error come back.
/// </remarks>
public sealed class Interpolation
{
    private readonly WeightSet _first,
        _second;
    private readonly InterpolationOptions _options;
    private readonly Device? _device; // where corrections are computed; null where there are none
    private readonly Func<WeightSet, double, WeightSet>? _correct; // of the network at α; null to leave it as it is

    /// <summary>Prepares it; with REPAIR, measures both ends.</summary>
    /// <param name="first">θ₁, at α = 0.</param>
    /// <param name="second">θ₂, at α = 1.</param>
    /// <param name="options">Grid and correction.</param>
    /// <param name="images">For unit statistics; null where neither batch-norm nor REPAIR needs any.</param>
    /// <exception cref="InputException">The graphs differ, options contradict each other, weights are not finite, or images are
    /// missing.</exception>
    public Interpolation(WeightSet first, WeightSet second, InterpolationOptions options, StatisticsImages? images = null)
    {
        _options = options.Validated();
        first.Layout.MustFit(second.Layout, "second end");
        if (!first.IsFinite() || !second.IsFinite())
            throw new InputException("An end of the interpolation holds values that are not finite.");
        (_first, _second) = (first, second);
        bool reset = options.Correction != Correction.None && first.Network.Buffers.Count > 0;
        if (!reset && !options.Correction.MeasuresEnds())
            return;
        if (images is null)
            throw new InputException(
                $"{(reset ? "Batch-norm statistics" : "REPAIR's unit statistics")} between two networks are computed anew; "
                    + $"expected images to compute them on."
            );
        _device = images.Images.device;
        _correct = Corrector(images);
    }

    private Func<WeightSet, double, WeightSet> Corrector(StatisticsImages images)
    {
        if (!_options.Correction.MeasuresEnds())
            return (plain, _) => BatchNormReset.RunOn(plain, images);
        using WeightSet? firstReset = _options.ReestimateEnds ? BatchNormReset.Run(_first, images) : null;
        using WeightSet? secondReset = _options.ReestimateEnds ? BatchNormReset.Run(_second, images) : null;
        if (_options.Correction == Correction.ClosedForm)
        {
            var closed = new ClosedFormRepair(firstReset ?? _first, secondReset ?? _second, images);
            return (plain, alpha) =>
            {
                using WeightSet onHost = plain.ToHost();
                return closed.Run(onHost, alpha);
            };
        }
        var repair = new Repair(firstReset ?? _first, secondReset ?? _second, images);
        return (plain, alpha) => repair.RunOn(plain, alpha, matchMeans: _options.Correction == Correction.Repair);
    }

    /// <summary>The network at α, corrected as chosen; the caller disposes it.</summary>
    /// <param name="alpha">In [0, 1].</param>
    public WeightSet At(double alpha)
    {
        if (alpha is not (>= 0 and <= 1))
            throw new InputException($"α is {alpha}; expected 0 to 1.");
        using WeightSet between = Between(_first, _second, alpha);
        return between.ToHost();
    }

    private WeightSet Between(WeightSet first, WeightSet second, double alpha)
    {
        WeightSet plain = new(first.Layout, Lerp(first.Values, second.Values, alpha), Lerp(first.Statistics, second.Statistics, alpha));
        if (_correct is null)
            return plain;
        using (plain)
            return _correct(plain, alpha);
    }

    /// <summary>Evaluates the grid, then refines it around the largest loss barrier of each set.</summary>
    /// <param name="sets">Plain images, such as the training and the test set.</param>
    /// <param name="progress">Told the share of points done.</param>
    /// <param name="log">Points evaluated before, of this very path and these sets, to which new ones are added; null to keep none.</param>
    /// <param name="cancel">Stops between points.</param>
    /// <returns>One curve a set, all over the same α.</returns>
    /// <exception cref="InputException">A loss is not finite.</exception>
    public IReadOnlyList<InterpolationCurve> Run(
        IReadOnlyList<BatchSource> sets,
        IProgress<double>? progress = null,
        PointLog? log = null,
        CancellationToken cancel = default
    )
    {
        IReadOnlyDictionary<double, Evaluation[]>? known = log?.Read();
        Device device = _device ?? (sets.Count > 0 ? sets[0].Device : _first.Values.device);
        using WeightSet first = _first.On(device),
            second = _second.On(device);
        var points = new SortedDictionary<double, Evaluation[]>();
        int expected = _options.Points + (_options.Points % 2 == 0 ? 1 : 0) + 2 * _options.Refinements;
        foreach (double alpha in Enumerable.Range(0, _options.Points).Select(i => (double)i / (_options.Points - 1)).Append(0.5))
            Evaluate(alpha);
        for (int round = 0; round < _options.Refinements; round++)
            foreach (double alpha in Curves().SelectMany(curve => Beside(curve.Points, curve.LossPeak)).ToArray())
                Evaluate(alpha);
        progress?.Report(1);
        return Curves();

        void Evaluate(double alpha)
        {
            cancel.ThrowIfCancellationRequested();
            if (points.ContainsKey(alpha))
                return;
            Evaluation[] results =
                known is not null && known.TryGetValue(alpha, out Evaluation[]? before) && before.Length == sets.Count
                    ? before
                    : Measure(alpha);
            if (results.Any(result => !double.IsFinite(result.Loss)))
                throw new InputException($"The loss at α = {alpha:0.####} between the two networks is not finite.");
            points[alpha] = results;
            progress?.Report(Math.Min(1, (double)points.Count / expected));
        }

        Evaluation[] Measure(double alpha)
        {
            using WeightSet weights = Between(first, second, alpha);
            Evaluation[] results = [.. sets.Select(set => Evaluation.Of(weights, set, cancel: cancel))];
            if (results.All(result => double.IsFinite(result.Loss)))
                log?.Add(alpha, results);
            return results;
        }

        InterpolationCurve[] Curves() =>
            [
                .. sets.Select(
                    (_, set) =>
                        new InterpolationCurve([
                            .. points.Select(point => new CurvePoint(
                                point.Key,
                                point.Value[set].Loss,
                                100 - point.Value[set].AccuracyPercent
                            )),
                        ])
                ),
            ];
    }

    /// <summary>Exact at both ends, and everywhere between equal values.</summary>
    internal static Tensor Lerp(Tensor a, Tensor b, double alpha)
    {
        using var scope = NewDisposeScope();
        Tensor step = b.Minus(a);
        return (alpha < 0.5 ? a.Plus(step.Times(alpha)) : b.Minus(step.Times(1 - alpha))).MoveToOuterDisposeScope();
    }

    private static IEnumerable<double> Beside(IReadOnlyList<CurvePoint> points, int at)
    {
        if (at > 0)
            yield return (points[at - 1].Alpha + points[at].Alpha) / 2;
        if (at < points.Count - 1)
            yield return (points[at].Alpha + points[at + 1].Alpha) / 2;
    }
}
