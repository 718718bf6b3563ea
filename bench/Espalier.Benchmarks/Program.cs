using System.Globalization;
using System.Text.Json;
using Espalier.Benchmarks;
using Espalier.Execution;
using Espalier.Matching;
using Espalier.Runtime;

NativeMemory.Tune();
string? Text(string name) => Array.IndexOf(args, name) is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : null;
string Needed(string name) => Text(name) ?? throw new ArgumentException($"{name} is missing");
int Number(string name, int usual) => Text(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : usual;

ComputeThreads.Use(Number("--threads", Environment.ProcessorCount));
object result = args.FirstOrDefault() switch
{
    "step" => StepBenchmark.Run(
        Number("--width", 1),
        Enum.Parse<Precision>(Text("--precision") ?? "BFloat16"),
        Number("--steps", 20),
        Number("--warmup", 5)
    ),
    "match" => MatchBenchmark.Run(
        Needed("--a"),
        Needed("--b"),
        Needed("--data"),
        Number("--images", 10_000),
        Number("--batch", new MatchingOptions().BatchSize),
        Text("--raw")
    ),
    "memory" => MatchBenchmark.Memory(Number("--width", 4), Number("--images", 10_000), Needed("--data")),
    "matching" => MatchingStudy.Run(
        Number("--seeds", 1),
        [.. (Text("--rewind") ?? "2,1,0").Split(',').Select(k => int.Parse(k, CultureInfo.InvariantCulture))],
        double.Parse(Text("--sparsity") ?? "0.97", CultureInfo.InvariantCulture),
        double.Parse(Text("--initial-scale") ?? "1", CultureInfo.InvariantCulture),
        Needed("--folder")
    ),
    "barrier" => BarrierBenchmark.Run(
        Number("--width", 1),
        Number("--images", 10_000),
        Number("--points", 25),
        Number("--statistics", 1000)
    ),
    "assignment" => AssignmentBenchmark.Run(Needed("--costs"), Number("--repeats", 5)),
    "checkpoint" => CheckpointBenchmark.Run(Needed("--folder"), Number("--rounds", 7)),
    "images" => ImageBenchmark.Run(Needed("--folder"), Number("--images", 1000), Number("--size", 64), Number("--rounds", 3)),
    "loader" => LoaderBenchmark.Run(
        Needed("--folder"),
        Number("--images", 400),
        Number("--rounds", 5),
        Number("--grain", BenchmarkPhotographs.Heavy)
    ),
    "overlap" => LoaderOverlap.Run(
        Needed("--folder"),
        Number("--images", 96),
        Number("--rounds", 3),
        Number("--grain", BenchmarkPhotographs.Heavy),
        Text("--model") ?? "resnet18",
        Number("--batch", 16)
    ),
    "index" => IndexBenchmark.Run(Needed("--folder"), Number("--files", 100_000), Number("--rounds", 3)),
    "plan" => RunnerBenchmark.Plan(Number("--stages", 10_000)),
    "runner" => RunnerBenchmark.Run(Number("--stages", 1000), Number("--workers", 2), Needed("--folder")),
    _ => throw new ArgumentException(
        """
        usage: step [--width W] [--precision BFloat16|Float32] [--steps N]
               match --a WEIGHTS --b WEIGHTS --data DIR [--images N] [--raw FILE]
               memory --data DIR [--width W] [--images N]
               matching --folder DIR [--seeds N] [--rewind 2,1,0] [--sparsity 0.97] [--initial-scale 1]
               barrier [--width W] [--images N] [--points P] [--statistics N]
               assignment --costs FILE
               checkpoint --folder DIR [--rounds N]
               images --folder DIR [--images N] [--size S] [--rounds N]
               loader --folder DIR [--images N] [--rounds N] [--grain G]
               overlap --folder DIR [--images N] [--rounds N] [--grain G] [--model M] [--batch N]
               index --folder DIR [--files N] [--rounds N]
               plan [--stages N]
               runner --folder DIR [--stages N] [--workers W]
               [--threads T]
        """
    ),
};
Console.WriteLine(JsonSerializer.Serialize(result));
