using System.Text.Json;
using Espalier.Benchmarks;
using Espalier.Execution;
using Espalier.Runtime;
using TorchSharp;

NativeMemory.Tune();
int Number(string name, int usual) => Array.IndexOf(args, name) is var at and >= 0 ? int.Parse(args[at + 1]) : usual;
string Text(string name, string usual) => Array.IndexOf(args, name) is var at and >= 0 ? args[at + 1] : usual;
torch.set_num_threads(Number("--threads", Environment.ProcessorCount));
object result = args.FirstOrDefault() switch
{
    "step" => StepBenchmark.Run(Number("--width", 1), Enum.Parse<Precision>(Text("--precision", "BFloat16")), Number("--steps", 30), Number("--warmup", 5)),
    _ => throw new ArgumentException("usage: step|match|assignment [--width W] [--precision Float32|BFloat16] [--steps N] [--threads T]"),
};
Console.WriteLine(JsonSerializer.Serialize(result));
