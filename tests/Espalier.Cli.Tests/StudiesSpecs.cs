using Espalier.Cli.Tests.Support;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Tests.Support;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>The studies of the repository: grids that can be planned, sizes that are made of them, and a script that runs them.</summary>
public sealed class StudiesSpecs
{
    private static readonly string s_folder = Repository.PathOf("studies");

    public static TheoryData<string> Grids() => [.. Directory.GetFiles(s_folder, "*.json").Select(path => Path.GetFileName(path)).Order()];

    [Theory]
    [MemberData(nameof(Grids))]
    public void Every_grid_can_be_planned_and_belongs_to_a_size(string file)
    {
        Assert.NotEmpty(Plan(file).Stages);
        Assert.Contains(Path.GetFileNameWithoutExtension(file), Named());
    }

    [Fact]
    public void A_size_is_made_of_grids_that_are_there()
    {
        string[] named = Named();
        Assert.True(named.Length > 10);
        Assert.All(named, name => Assert.True(File.Exists(Path.Combine(s_folder, name + ".json")), name));
    }

    [Fact]
    public void Ten_minutes_of_a_gpu_are_part_of_an_hour_of_it()
    {
        HashSet<string> more = [.. Plan("resnet20x1-more.json").Stages.Select(stage => stage.Id)];
        // B is trained to T in both, since both match at T: nothing of the smaller is trained again.
        Assert.All(Plan("resnet20x1.json").Stages, stage => Assert.Contains(stage.Id, more));
    }

    [Theory]
    [MemberData(nameof(Grids))]
    public void What_a_study_is_compared_with_is_measured_beside_its_trainings_which_keep_their_names(string file)
    {
        Grid grid = GridFile.Read(Path.Combine(s_folder, file)),
            alone = grid with { Options = grid.Options with { Compare = ComparedWith.None } };
        HashSet<string> ids = [.. Planner.Of(grid).Stages.Select(stage => stage.Id)];
        Assert.All(Planner.Of(alone).Stages, stage => Assert.Contains(stage.Id, ids));
    }

    [Fact]
    public async Task The_script_runs_a_size_and_leaves_a_report()
    {
        using var folder = new TempFolder();
        ProcessResult ran = await Run(folder.Path, "tiny --workers 1 --threads 1 --quiet --store store");
        Assert.True(ran.Code == 0, ran.Err);
        string report = File.ReadAllText(Path.Combine(folder.Path, "runs", "studies", "tiny", "tables.md"));
        Assert.All(["signed", "untied", "HAM", "SynFlow"], label => Assert.Contains(label, report));
        Assert.True(File.Exists(Path.Combine(folder.Path, "runs", "studies", "tiny", "report.html")));
    }

    [Fact]
    public async Task An_unknown_size_is_refused_with_those_there_are()
    {
        using var folder = new TempFolder();
        ProcessResult ran = await Run(folder.Path, "seconds");
        Assert.Equal(2, ran.Code);
        Assert.Contains("no size 'seconds'; expected one of tiny, minutes", ran.Err);
    }

    /// <summary>The grids of all sizes, as the script has them.</summary>
    private static string[] Named() =>
        [
            .. File.ReadLines(Path.Combine(s_folder, "run"))
                .Where(line => line.Contains("]=\""))
                .SelectMany(line => line.Split('"')[1].Split(' ')),
        ];

    private static Task<ProcessResult> Run(string folder, string line)
    {
        string program = EspalierProcess.Quoted(typeof(Application).Assembly.Location),
            script = EspalierProcess.Quoted(Path.Combine(s_folder, "run"));
        return EspalierProcess.ScriptAsync(folder, $"ESPALIER={program} {script} {line}");
    }

    private static Plan Plan(string file) => Planner.Of(GridFile.Read(Path.Combine(s_folder, file)));
}
