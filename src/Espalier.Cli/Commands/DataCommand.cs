using System.CommandLine;
using Espalier.Cli.Options;
using Espalier.Cli.Terminal;
using Espalier.Data;
using Espalier.Reports.Drawing;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier data</c>: shows, fetches and packs data sets.</summary>
internal static class DataCommand
{
    private static readonly string[] s_heads = ["class", "training images", "test images"];

    public static Command Create(Output output) =>
        new("data", "Show, download or pack data sets.")
        {
            Show(output),
            Fetch(output),
            PackCommands.Pack(output),
            PackCommands.Check(output),
        };

    private static Command Show(Output output)
    {
        DataOptions data = new(output);
        RunOptions run = new();
        Option<string?> sheet = new("--sheet") { Description = "Write a contact sheet, ten images of every class, to this PNG file." };
        var command = new Command(
            "show",
            """
            Print counts, classes and channel statistics of a data set.

            Example: espalier data show --dataset cifar10 --data DIR --sheet cifar10.png
            """
        )
        {
            sheet,
        };
        data.AddTo(command, withModel: false);
        command.Options.Add(run.Json);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(sheet) is { } file)
                OutputFile.MustReplaceNothing(file);
            DataSet set = data.Open(parsed);
            if (parsed.GetValue(sheet) is { } path)
                ContactSheet.WritePng(set.Train, path);
            if (parsed.GetValue(run.Json))
                output.Json(
                    new
                    {
                        set.Name,
                        Train = Facts(set.Train),
                        Test = Facts(set.Test),
                        set.Train.Classes,
                        set.Normalization,
                    }
                );
            else
                Print(output, set);
        });
        return command;
    }

    private static Command Fetch(Output output)
    {
        RunOptions run = new();
        Argument<string> name = new("name") { Description = $"One of {string.Join(", ", DataSets.Names.Skip(1))}." };
        Option<string?> folder = new("--data")
        {
            Description = "Folder of all data; default: the environment's ESPALIER_DATA, else ./data.",
        };
        var command = new Command(
            "fetch",
            """
            Download a data set's official files, continue where an earlier attempt stopped, and check them.

            Example: espalier data fetch cifar10
            """
        )
        {
            name,
            folder,
        };
        command.Options.Add(run.Quiet);
        command.SetAction(
            async (parsed, cancel) =>
            {
                using var download = new DataDownload();
                using var line = new ProgressLine(output, parsed.GetValue(run.Quiet));
                var progress = new Relay<DownloadProgress>(p =>
                    line.Show(p.Total is > 0 ? (double)p.Received / p.Total.Value : 0, $"{p.File} {p.Received / 1e6:0.0} MB")
                );
                foreach (
                    string path in await download.FetchAsync(
                        parsed.GetValue(name)!,
                        parsed.GetValue(folder) ?? DataSets.DefaultFolder,
                        progress,
                        cancel
                    )
                )
                    output.Line(path);
            }
        );
        return command;
    }

    private static object Facts(ImageSet set) =>
        new
        {
            set.Count,
            set.Channels,
            set.Height,
            set.Width,
            PerClass = set.ClassCounts(),
            Statistics = set.Statistics(),
        };

    private static void Print(Output output, DataSet set)
    {
        int[] train = set.Train.ClassCounts(),
            test = set.Test.ClassCounts();
        TextTable.Print(output, s_heads, set.Train.Classes.Select((name, c) => (string[])[name, $"{train[c]}", $"{test[c]}"]));
        ChannelStatistics statistics = set.Train.Statistics();
        output.Line(
            $"{set.Name}: {set.Train.Count} training and {Counted.Of(set.Test.Count, "test image")} of "
                + $"{set.Train.Channels}x{set.Train.Height}x{set.Train.Width}."
        );
        output.Line(
            $"Training pixels: mean {string.Join(", ", statistics.Mean.Select(value => $"{value:0.0000}"))}, deviation "
                + $"{string.Join(", ", statistics.Std.Select(value => $"{value:0.0000}"))}; normalised with {set.Normalization}."
        );
    }
}
