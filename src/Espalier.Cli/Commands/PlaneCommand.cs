using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Espalier.Cli.Options;
using Espalier.Cli.Runs;
using Espalier.Cli.Terminal;
using Espalier.Connectivity;
using Espalier.Data;
using Espalier.Files;
using Espalier.Lab.Design;
using Espalier.Lab.Findings;
using Espalier.Lab.Stages;
using Espalier.Reports;
using Espalier.Weights;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier plane</c>: loss and error over the plane through three networks. Each row is kept as it is done.</summary>
internal static class PlaneCommand
{
    private static readonly string[] s_places = ["first", "second", "third"];

    public static Command Create(Output output)
    {
        RunOptions run = new();
        DataOptions data = new();
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
                        string place = parsed.GetValue(folder)!,
                            rows = Path.Combine(place, "rows"),
                            page = Path.Combine(place, Report.PageName);
                        using FolderLock held = FolderLock.Take(place);
                        if (File.Exists(page) && !Directory.Exists(rows))
                            throw new InputException(
                                $"'{place}' holds {Report.PageName}, which is of no plane; choose another folder, or remove it."
                            );
                        DataSet set = data.Open(parsed);
                        string[] paths = parsed.GetValue(networks)!;
                        using GivenNetworks given = study.Open(parsed, data, set, paths, moved: 2, output);
                        var begun = new BegunWork(rows);
                        run.Suit(parsed, output, given.Network, begun.Threads);
                        using StudyImages images = StudyOptionSet.ImagesOf(options, set, device, given.Network, output);
                        var plane = new LossPlane(given[0], given[1], given[2], images.Statistics);
                        PlaneGrid grid = plane.Grid(options.PlanePoints, options.PlanePoints, options.PlaneMargin);
                        MustBeTheSame(Path.Combine(rows, "plane.txt"), Identity(given.All, set, options));
                        if (grid.Y.Select((_, row) => RowFile(rows, row)).Any(path => !File.Exists(path)))
                            begun.MustGoOnAsBegun();
                        using IDisposable threads = begun.HoldThreads();
                        using var line = new ProgressLine(output, parsed.GetValue(run.Quiet));
                        var measured = new List<MeasuredRow>();
                        for (int row = 0; row < grid.Y.Count; row++)
                        {
                            string path = RowFile(rows, row);
                            if (!File.Exists(path))
                                PlaneFile.Write(
                                    path,
                                    new MeasuredRow(plane.Points, plane.Distances, grid, plane.Row(grid, row, images.Test, cancel))
                                );
                            measured.Add(PlaneFile.Read(path));
                            line.Show((row + 1.0) / grid.Y.Count, $"row {row + 1} of {grid.Y.Count}");
                        }
                        line.Dispose();
                        var result = new PlaneResult(
                            given.Network.Name,
                            0,
                            null,
                            null,
                            [.. s_places.Zip(paths, (place, path) => $"{place} ({Path.GetFileNameWithoutExtension(path)})")],
                            plane.Points,
                            plane.Distances,
                            grid.X,
                            grid.Y,
                            [.. measured.Select(row => row.Row.Loss)],
                            [.. measured.Select(row => row.Row.ErrorPercent)],
                            grid.Y.Count
                        );
                        StudyReport.Write(place, "plane", given.Network, set, [], new StudyResults([], [result], []));
                        if (parsed.GetValue(run.Json))
                            output.Json(result);
                        else
                            output.Line(
                                $"{grid.X.Count} x {Counted.Of(grid.Y.Count, "point")}, least error "
                                    + $"{result.LeastErrorPercent:0.00} %, "
                                    + $"{result.Loss.Sum(row => row.Count(loss => loss is null))} not finite. Report: {page}"
                            );
                    },
                    CancellationToken.None
                )
        );
        return command;
    }

    private static string RowFile(string rows, int row) =>
        Path.Combine(rows, string.Create(CultureInfo.InvariantCulture, $"row-{row:0000}.json"));

    /// <summary>What rows depend on: networks, images and grid.</summary>
    private static string Identity(IReadOnlyList<WeightSet> networks, DataSet set, StudyOptions options)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (WeightSet network in networks)
        {
            hash.AppendData(network.ValueBytes);
            hash.AppendData(network.StatisticBytes);
        }
        hash.AppendData(Encoding.UTF8.GetBytes($"{networks[0].Network.Fingerprint} {set.Digest} {options}"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void MustBeTheSame(string path, string identity)
    {
        if (!File.Exists(path))
            AtomicFile.WriteText(path, identity + "\n");
        else if (File.ReadAllText(path).Trim() != identity)
            throw new InputException(
                $"'{Path.GetDirectoryName(path)}' holds rows of another plane, other images or other options; expected those of "
                    + $"this command, or an empty folder."
            );
    }
}
