using System.CommandLine;
using Espalier.Cli.Options;
using Espalier.Cli.Terminal;
using Espalier.Data;
using Espalier.Images;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier data pack</c> and <c>data check</c>: a folder of images in one file, and whether that is whole.</summary>
internal static class PackCommands
{
    private static readonly ImagePacking s_usual = new(new ImageDecoder(), new ImageEncoder());

    public static Command Pack(Output output)
    {
        RunOptions run = new();
        Argument<string> folder = new("folder") { Description = "Images in ImageNet's layout: train/CLASS/* and val." };
        Option<string> file = new("--out", "-o") { Description = "The file to write.", Required = true };
        Option<int> side = new("--size")
        {
            Description = "Pixels that a shorter side has at most; smaller images go in as they are.",
            DefaultValueFactory = _ => s_usual.Side,
        };
        Option<int> quality = new("--quality")
        {
            Description = "Of the JPEGs that images become which are made smaller, 1 to 100.",
            DefaultValueFactory = _ => s_usual.Quality,
        };
        var command = new Command(
            "pack",
            """
            Pack a folder of images into one file, smaller ones of which are decoded and read faster. What is stopped goes on the next time.

            Example: espalier data pack ilsvrc -o ilsvrc-256.packed --size 256
            """
        )
        {
            folder,
            file,
            side,
            quality,
            run.Quiet,
        };
        command.SetAction(
            (parsed, cancel) =>
                Task.Run(
                    () =>
                    {
                        using var line = new ProgressLine(output, parsed.GetValue(run.Quiet));
                        var packing = new ImagePacking(new ImageDecoder(), new ImageEncoder())
                        {
                            Side = parsed.GetValue(side),
                            Quality = parsed.GetValue(quality),
                            Note = output.Note,
                        };
                        (long bytes, long sources) = packing.Pack(
                            parsed.GetValue(folder)!,
                            parsed.GetValue(file)!,
                            new Relay<PackingProgress>(p =>
                                line.Show((double)p.Done / p.Total, $"{p.Done} of {p.Total} images, {p.Bytes / 1e9:0.00} GB")
                            ),
                            cancel
                        );
                        line.Dispose();
                        output.Line($"{parsed.GetValue(file)}: {bytes / 1e6:0.0} MB of {sources / 1e6:0.0} MB of images");
                    },
                    CancellationToken.None
                )
        );
        return command;
    }

    public static Command Check(Output output)
    {
        RunOptions run = new();
        Argument<string> file = new("file") { Description = "A file of packed images." };
        var command = new Command(
            "check",
            """
            Read a file of packed images and hold each of them, and the whole, to their checksums.

            Example: espalier data check ilsvrc-256.packed
            """
        )
        {
            file,
            run.Quiet,
        };
        command.SetAction(
            (parsed, cancel) =>
                Task.Run(
                    () =>
                    {
                        using var line = new ProgressLine(output, parsed.GetValue(run.Quiet));
                        (int train, int test, int classes, int side, int quality) = PackedImages.Check(
                            parsed.GetValue(file)!,
                            new Relay<double>(share => line.Show(share, "read")),
                            cancel
                        );
                        line.Dispose();
                        output.Line(
                            $"{parsed.GetValue(file)} is whole: {train} training and {Counted.Of(test, "test image")} of "
                                + $"{classes} classes, shorter sides of at most {side} pixels, quality {quality} where made smaller."
                        );
                    },
                    CancellationToken.None
                )
        );
        return command;
    }
}
