using Espalier.Lab.Findings;
using Espalier.Reports.Analysis;
using Espalier.Reports.Charts;
using Espalier.Reports.Drawing;

namespace Espalier.Reports.Figures;

/// <summary>A line a method, with error bars, and level lines for dense networks and IMP.</summary>
internal static class AccuracyPanel
{
    private const string Pruned = "IMP (A pruned)";
    private const double DodgeStep = 1.5,
        Aside = 4;

    public static Panel Of(
        RunView view,
        string model,
        string title,
        string x,
        Comparison[] rows,
        IReadOnlyList<string> methods,
        Func<Comparison, double> at,
        Func<double, string> text,
        double constant
    )
    {
        double dense = view.Dense(model).Mean;
        Series[] series =
        [
            .. methods.Select((method, i) => Line(view.Methods, method, methods, rows, at, (i - (methods.Count - 1) / 2.0) * DodgeStep)),
        ];
        Series[] seeds = [.. methods.Zip(series, (method, line) => Seeds(view.Methods, method, line, rows, at))];
        double[] heights = [.. ErrorBars.Heights(series), .. ErrorBars.Heights(seeds), dense, constant];
        var marks = new List<Mark> { new AcrossAt(dense, Pen(Style.Dense), Style.Dense.Label) };
        if (double.IsFinite(constant))
            marks.Add(new AcrossAt(constant, Pen(MethodStyle.Of(MethodNames.Imp, methods, view.Methods)), Pruned));
        // The paper's methods on top of the controls.
        return new Panel(
            title,
            Axis.At(x, rows.Select(at), text),
            Axis.Covering($"{view.Accuracy}, %", heights, floor: 0, ceiling: 100),
            [.. marks, .. seeds.Reverse(), .. series.Reverse()]
        );
    }

    private static Series Line(
        RunMethods names,
        string method,
        IReadOnlyList<string> methods,
        Comparison[] rows,
        Func<Comparison, double> at,
        double dodge
    ) =>
        new(
            MethodStyle.Of(method, methods, names),
            [
                .. from row in rows
                let value = row.Mean(method)
                where value.Count > 0
                select ErrorBars.At(
                    at(row),
                    value,
                    Numbers.Invariant(
                        $"{names.Label(method)}, {Numbers.Percent(row.Sparsity)}, k = {row.RewindEpoch}: {Numbers.Of(value)} (n = "
                            + $"{value.Count})"
                    )
                ),
            ],
            Dodge: dodge
        );

    /// <summary>Every seed as a point beside the mean, where there are several.</summary>
    private static Series Seeds(RunMethods names, string method, Series line, Comparison[] rows, Func<Comparison, double> at) =>
        line with
        {
            Data =
            [
                .. from row in rows
                where row.Of(method).Count > 1
                from seed in row.Of(method)
                orderby seed.Key
                select new Datum(
                    at(row),
                    seed.Value,
                    Tip: Numbers.Invariant($"{names.Label(method)}, seed {seed.Key}, k = {row.RewindEpoch}: {Numbers.Fixed(seed.Value)}")
                ),
            ],
            Joined = false,
            Dodge = line.Dodge + Aside,
            IsSmall = true,
        };

    /// <summary>The legend.</summary>
    public static Style[] Keys(RunView view, string model, IReadOnlyList<string> methods, bool imp)
    {
        List<Style> keys = [.. methods.Select(method => MethodStyle.Of(method, methods, view.Methods))];
        if (imp)
            keys.Add(MethodStyle.Of(MethodNames.Imp, methods, view.Methods) with { Label = Pruned });
        if (view.Dense(model).Count > 0)
            keys.Add(Style.Dense);
        return [.. keys];
    }

    /// <summary>What level lines are, in sentences.</summary>
    public static string References(RunView view, string model, bool imp) =>
        (view.Dense(model).Count > 0 ? "The dashed line is the mean of the dense networks A and B. " : "")
        + (imp ? "The dotted line is A's own pruned network. " : "");

    private static Pen Pen(Style style) => new(style.Paint, style.Width, style.Dash);
}
