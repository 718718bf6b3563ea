using System.CommandLine;
using Espalier.Cli.Options;
using Espalier.Cli.Terminal;
using Espalier.Data;
using Espalier.Execution;
using Espalier.Lab.Design;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Runtime;
using Espalier.Training;
using Espalier.Weights;
using TorchSharp;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier doctor</c>: whether this machine can run the rest.</summary>
internal static class DoctorCommand
{
    /// <summary>Something looked at.</summary>
    /// <param name="Name">What.</param>
    /// <param name="Finding">How it is.</param>
    /// <param name="Good">Whether the rest can be done with it.</param>
    internal sealed record Check(string Name, string Finding, bool Good);

    public static Command Create(Output output)
    {
        RunOptions run = new();
        Option<string?> folder = new("--data") { Description = "Where data sets are looked for." };
        Option<string?> store = new("--store")
        {
            Description = "Try the file system of an artefact store, or of a folder for one, from two processes, instead of the machine.",
        };
        Option<bool> partner = new("--partner")
        {
            Description = "Be the second process, on another machine: wait until 'doctor --store' is started with the same folder.",
        };
        var command = new Command(
            "doctor",
            """
            Check devices, threads, the native library, free disk, data sets, and that the same seed gives the same bits. With \
            --store: whether a file system, also one that several machines share, is fit for a store (exit code 2 where it is not).

            Example: espalier doctor
            Example: espalier doctor --store runs/store
            Example: espalier doctor --store /shared/runs/store --partner
            """
        )
        {
            folder,
            store,
            partner,
        };
        run.AddTo(command, random: false);
        command.SetAction(
            (parsed, cancel) =>
            {
                if (parsed.GetValue(store) is { } place)
                {
                    foreach (Option ofMachine in (Option[])[.. run.OfComputing, folder])
                        Given.Refuse(
                            parsed,
                            ofMachine,
                            $"means nothing beside {store.Name}, which tries a file system and computes nothing"
                        );
                    return Task.Run(
                        () =>
                            StoreChecks.Run(
                                output,
                                place,
                                parsed.GetValue(partner),
                                parsed.GetValue(run.Quiet),
                                parsed.GetValue(run.Json),
                                cancel
                            ),
                        CancellationToken.None
                    );
                }
                if (parsed.GetValue(partner))
                    throw new InputException($"{partner.Name} needs {store.Name}: the folder where the other process looks for it.");
                torch.Device device = run.Apply(parsed);
                Check[] checks = [.. Checks(device, parsed.GetValue(folder))];
                Print(output, checks, parsed.GetValue(run.Json));
                return Task.FromResult(checks.All(check => check.Good || check.Name.StartsWith("data ", StringComparison.Ordinal)) ? 0 : 1);
            }
        );
        return command;
    }

    /// <summary>Prints what was looked at, for people or for programs.</summary>
    internal static void Print(Output output, IReadOnlyList<Check> checks, bool asJson)
    {
        if (asJson)
            output.Json(checks);
        else
            foreach (Check check in checks)
                output.Line($"{(check.Good ? "ok " : "-- ")} {check.Name, -22} {check.Finding}");
    }

    private static IEnumerable<Check> Checks(torch.Device device, string? folder)
    {
        MachineReport machine = MachineReport.Collect(".");
        yield return new("system", $"{machine.System}, {machine.Runtime}{(machine.Glibc is null ? "" : $", glibc {machine.Glibc}")}", true);
        yield return new("processor", $"{machine.Processor}, {machine.Cores} cores, {machine.Threads} threads used", true);
        yield return new("device", $"{device}; to be had: {string.Join(", ", machine.Devices)}", true);
        foreach (Check check in LibraryChecks.Of(machine, device))
            yield return check;
        yield return new(
            "reproducible products",
            machine.ProductsMode is null ? "this libtorch has no oneMKL"
                : ReproducibleProducts.IsInForce
                    ? $"oneMKL computes in mode {machine.ProductsMode}: the same bits wherever in memory numbers lie"
                : $"oneMKL computes in mode {machine.ProductsMode}, in which bits can depend on where in memory numbers lie; "
                    + $"expected {ReproducibleProducts.Variable}={ReproducibleProducts.Wanted} or unset",
            ReproducibleProducts.IsInForce
        );
        yield return new(
            "what is promised",
            "one seed gives the same bits, interrupted or not, on the same kind of processor with the same number of threads",
            true
        );
        yield return new(
            "memory",
            $"{machine.MemoryBytes / 1e9:0.0} GB{(machine.AvailableMemoryBytes is { } bytes ? $", {bytes / 1e9:0.0} GB free" : "")}",
            true
        );
        yield return new("free disk here", $"{machine.FreeDiskBytes / 1e9:0.0} GB", machine.FreeDiskBytes > 1e9);
        foreach (string name in DataSets.Names)
            yield return OfData(name, folder);
        foreach (Precision precision in Enum.GetValues<Precision>())
        {
            bool same = TrainsTheSameTwice(device, precision);
            yield return new(
                $"determinism {precision}",
                same
                    ? "two short trainings with one seed end in the same bits"
                    : "two short trainings with one seed differ; results will not repeat exactly",
                same
            );
        }
    }

    private static Check OfData(string name, string? folder)
    {
        try
        {
            DataSet set = DataSets.Open(name, folder);
            return new($"data {name}", $"{set.Train.Count} training and {set.Test.Count} test images", true);
        }
        catch (InputException fault)
        {
            return new($"data {name}", fault.Message, false);
        }
    }

    private static bool TrainsTheSameTwice(torch.Device device, Precision precision)
    {
        DataSet all = DataSets.Open(DataSets.Embedded),
            set = all with { Train = all.Train.Take(512), Test = all.Test.Take(128) };
        Network network = ResNet20.Build(Shape.Maps(1, 28, 28), 10, blocks: 1);
        using var images = new TrainingData(set, Augmentation.Standard, precision, device);
        var options = new TrainingOptions
        {
            Epochs = 1,
            Precision = precision,
            Augmentation = Augmentation.Standard,
        };
        WeightSet Start() => Initialization.KaimingNormal(network, new RandomStream(0, "doctor.init"));
        WeightSet Train() => new Trainer(options, images).Train(new TrainingRun(Start(), null, 0, "doctor.data")).Final;
        using WeightSet first = Train(),
            second = Train();
        return first.BitEquals(second);
    }
}
