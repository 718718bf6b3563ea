using System.CommandLine;
using System.Globalization;
using Espalier.Cli.Options;
using Espalier.Cli.Runs;
using Espalier.Cli.Terminal;
using Espalier.Connectivity;
using Espalier.Data;
using Espalier.Lab.Design;
using Espalier.Lab.Findings;
using Espalier.Lab.Stages;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier plane</c>: loss and error over the plane through three networks. Each row is kept as it is done.</summary>
internal static class PlaneCommand
{
    private static readonly string[] s_places = ["first", "second", "third"];

    public static Command Create(Output output)
    {
        RunOptions run = new();
        DataOptions data = new(output);
        StudyOptionSet study = new();
        Argument<string[]> networks = new("networks")
        {
            Description = "Three networks: the origin, the one on the x axis, and the third, which π moves if one is given.",
            Arity = new ArgumentArity(3, 3),
        };
        Option<string> folder = new("--out", "-o")
        {
            Description = "Gets the rows and the report; the same command continues it.",
            Required = true,
        };
        var command = new Command(
            "plane",
            """
            Measure loss and 0-1 error on test images over the plane through three networks.

            Example: espalier plane runs/A.prune/sparsity-0.95/weights.safetensors \
              runs/A/weights.safetensors runs/permuted/weights.safetensors \
              -p runs/match/permutation.safetensors --inverse --out runs/plane
            """
        )
        {
            networks,
            folder,
        };
        study.AddTo(command, study.Points, study.Margin);
        data.AddTo(command, withModel: true);
        run.AddTo(command, random: false);
        command.SetAction(
            (parsed, cancel) =>
                Task.Run(
                    () =>
                    {
                        var device = run.Apply(parsed);
                        StudyOptions options = study.Read(parsed);
                        using var place = new StudyFolder(parsed.GetValue(folder)!, "plane", "rows");
                        string[] paths = parsed.GetValue(networks)!;
                        DataSet set = data.Open(parsed, output, paths);
                        using GivenNetworks given = study.Open(parsed, data, set, paths, moved: 2, output);
                        run.Suit(parsed, output, given.Network, place.Threads);
                        using StudyImages images = StudyOptionSet.ImagesOf(options, set, device, given.Network, output);
                        var plane = new PlaneWork(given[0], given[1], given[2], images, options);
                        string[] files = [.. plane.Grid.Y.Select((_, row) => place[RowFile(row)])];
                        KeyValuePair<string, string>[] settings = Settings(options);
                        place.Begin(given, set, settings, isDone: files.All(File.Exists));
                        using var line = new ProgressLine(output, parsed.GetValue(run.Quiet));
                        var measured = new List<MeasuredRow>();
                        foreach (string file in files)
                        {
                            measured.Add(plane.Row(file, measured.Count, cancel));
                            line.Show((double)measured.Count / files.Length, $"row {measured.Count} of {files.Length}");
                        }
                        line.Dispose();
                        var result = new PlaneResult(
                            given.Network.Name,
                            0,
                            null,
                            null,
                            [.. s_places.Zip(paths, (place, path) => $"{place} ({Path.GetFileNameWithoutExtension(path)})")],
                            measured[0].Points,
                            measured[0].Distances,
                            measured[0].Grid.X,
                            measured[0].Grid.Y,
                            [.. measured.Select(row => row.Row.Loss)],
                            [.. measured.Select(row => row.Row.ErrorPercent)],
                            files.Length
                        );
                        string page = place.Report(given, set, settings, new StudyResults([], [result], []));
                        if (parsed.GetValue(run.Json))
                            output.Json(result);
                        else
                            output.Line(
                                $"{result.X.Count} x {Counted.Of(result.Y.Count, "point")}, least error "
                                    + $"{result.LeastErrorPercent:0.00} %, "
                                    + $"{result.Loss.Sum(row => row.Count(loss => loss is null))} not finite. Report: {page}"
                            );
                    },
                    CancellationToken.None
                )
        );
        return command;
    }

    private static string RowFile(int row) => string.Create(CultureInfo.InvariantCulture, $"row-{row:0000}.json");

    private static KeyValuePair<string, string>[] Settings(StudyOptions options) =>
        [
            new("points", options.PlanePoints.ToString(CultureInfo.InvariantCulture)),
            new("margin", options.PlaneMargin.ToString(CultureInfo.InvariantCulture)),
            new("statistics_images", options.StatisticsImages.ToString(CultureInfo.InvariantCulture)),
            new("images", options.Images?.ToString(CultureInfo.InvariantCulture) ?? "all"),
        ];
}
