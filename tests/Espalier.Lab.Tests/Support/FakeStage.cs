using Espalier.Lab.Engine;

namespace Espalier.Lab.Tests.Support;

/// <summary>A stage whose artefact is a line of text made of its name and its inputs' lines; it can be told to fail.</summary>
internal sealed class FakeStage(string name, params FakeStage[] inputs) : Stage(inputs)
{
    public const string FileName = "text.txt";

    private int _runs;

    public override string Kind => "fake";

    public override string Title => name;

    public override object Options => new { Name = name };

    public override double Flops => 1;

    public int Runs => _runs;

    public Action<StageRun> Before { get; set; } = _ => { };

    public override StageResult Run(StageRun run)
    {
        Interlocked.Increment(ref _runs);
        Before(run);
        run.Cancel.ThrowIfCancellationRequested();
        string text = $"{name}({string.Join(",", Inputs.Select(input => File.ReadAllText(run.File(input, FileName))))})";
        File.WriteAllText(run[FileName], text);
        return new StageResult(new Dictionary<string, double> { ["length"] = text.Length });
    }
}
