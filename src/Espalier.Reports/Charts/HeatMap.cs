using System.Globalization;
using System.Text;
using Espalier.Reports.Drawing;

namespace Espalier.Reports.Charts;

/// <summary>Matrices as colours: the palest for what is not above 0, then eight equal bands up to the largest of all of them.</summary>
/// <param name="What">What is measured, above the key to the colours.</param>
/// <param name="Matrices">At least one; each with its panel's title and names of its axes.</param>
/// <param name="Text">A limit between bands, in words.</param>
internal sealed record HeatMap(string What, IReadOnlyList<HeatMap.Matrix> Matrices, Func<double, string> Text)
{
    private const double Side = 210,
        AloneSide = 300,
        Flattest = 0.4,
        Steepest = 1.25;
    private const int Narrow = 2;

    /// <summary>One panel.</summary>
    /// <param name="Title">Above it.</param>
    /// <param name="Across">Name of the columns' axis.</param>
    /// <param name="Columns">What the axis counts up to.</param>
    /// <param name="Down">Name of the rows' axis.</param>
    /// <param name="Rows">What that counts up to, from the top.</param>
    /// <param name="Values">By row and column.</param>
    public sealed record Matrix(
        string Title,
        string Across,
        int Columns,
        string Down,
        int Rows,
        IReadOnlyList<IReadOnlyList<double>> Values
    );

    /// <summary>The figure.</summary>
    /// <param name="id">File name and anchor.</param>
    /// <param name="title">What it shows, in a few words.</param>
    /// <param name="caption">How to read it, in sentences.</param>
    /// <param name="columns">Panels in a row; of one width and height, whatever the matrices.</param>
    public Figure Draw(string id, string title, string caption, int columns)
    {
        double most = Matrices.SelectMany(matrix => matrix.Values).SelectMany(row => row).Where(double.IsFinite).DefaultIfEmpty(0).Max();
        int bands = Palette.Levels.Count - 1;
        double width = columns <= Narrow ? PanelGrid.HalfWidth : PanelGrid.FullWidth;
        double steep = Matrices.Max(matrix => (double)matrix.Rows / matrix.Columns);
        return new PanelGrid(columns, Math.Round((columns == 1 ? AloneSide : Side) * Math.Clamp(steep, Flattest, Steepest)), width)
        {
            KeepsShape = true,
        }.Draw(
            id,
            title,
            caption,
            [.. Matrices.Select(matrix => Panel(matrix, most, bands))],
            [],
            legendLines: false,
            // Of what is there or is not, two colours need no key.
            Matrices.SelectMany(matrix => matrix.Values).SelectMany(row => row).Any(value => value is not (0 or 1))
            && most > 0
                ? new ColourBar(What, Palette.Levels, [.. Enumerable.Range(0, bands).Select(i => Text(most * i / bands))])
                : null
        ) with
        {
            Data = Lines(),
        };
    }

    private static Panel Panel(Matrix matrix, double most, int bands) =>
        new(
            matrix.Title,
            Counting(matrix.Across, matrix.Columns),
            Counting(matrix.Down, matrix.Rows) with
            {
                Min = matrix.Rows,
                Max = 0,
            },
            [
                new Cells(
                    [
                        .. matrix.Values.Select(row =>
                            (IReadOnlyList<Paint>)[.. row.Select(value => Palette.Levels[Band(value, most, bands)])]
                        ),
                    ],
                    matrix.Title
                ),
            ]
        );

    private static int Band(double value, double most, int bands) => value > 0 ? 1 + Math.Min(bands - 1, (int)(value / most * bands)) : 0;

    private static Axis Counting(string title, int count)
    {
        Axis axis = Axis.Covering(title, [0, count], 4);
        return axis with
        {
            Min = 0,
            Max = count,
            Ticks = [.. axis.Ticks.Where(tick => tick.At >= 0 && tick.At <= count && double.IsInteger(tick.At))],
        };
    }

    /// <summary>A line a row of a matrix: four digits tell colours apart.</summary>
    private string Lines()
    {
        var csv = new StringBuilder("panel,row,values from left to right\n");
        foreach (Matrix matrix in Matrices)
            for (int row = 0; row < matrix.Values.Count; row++)
                Csv.Line(
                    csv,
                    [
                        matrix.Title,
                        Numbers.Invariant($"{row}"),
                        string.Join(' ', matrix.Values[row].Select(value => double.IsFinite(value) ? Digits(value) : "")),
                    ]
                );
        return csv.ToString();
    }

    private static string Digits(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
