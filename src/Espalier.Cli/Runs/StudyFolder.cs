using System.Text.Json.Nodes;
using Espalier.Cli.Options;
using Espalier.Data;
using Espalier.Files;
using Espalier.Lab.Design;
using Espalier.Lab.Findings;
using Espalier.Reports;
using Espalier.Reports.Drawing;
using Espalier.Weights;

namespace Espalier.Cli.Runs;

/// <summary>
/// The folder of something measured between networks given as files: one command at a time works in it, each part is kept as it is done,
/// and only the same networks, images and options go on with it.
/// </summary>
internal sealed class StudyFolder : IDisposable
{
    private static readonly string[] s_places = ["first", "second", "third"];

    private readonly string _path,
        _command,
        _parts;
    private readonly FolderLock _lock;
    private readonly BegunWork _begun;
    private IDisposable? _threads;

    /// <summary>Takes the folder.</summary>
    /// <param name="path">The folder; made if it is not there.</param>
    /// <param name="command">The command's name, which is that of what it measures.</param>
    /// <param name="parts">Name of the folder of its parts.</param>
    /// <exception cref="InputException">Another command works there.</exception>
    public StudyFolder(string path, string command, string parts)
    {
        (_path, _command, _parts) = (path, command, parts);
        _begun = new BegunWork(Path.Combine(path, parts));
        _lock = FolderLock.Take(path);
    }

    /// <summary>Threads that the work was begun on; null if it begins.</summary>
    public int? Threads => _begun.Threads;

    /// <summary>A file of a part, or the folder of one.</summary>
    public string this[string part] => Path.Combine(_path, _parts, part);

    /// <summary>Begins, or goes on with what is there.</summary>
    /// <param name="networks">In their order.</param>
    /// <param name="set">The images.</param>
    /// <param name="settings">Options that decide.</param>
    /// <param name="isDone">Whether all parts are there: they are valid whatever the number of threads now.</param>
    /// <exception cref="InputException">The folder holds other work, or this work begun on another number of threads.</exception>
    public void Begin(GivenNetworks networks, DataSet set, IEnumerable<KeyValuePair<string, string>> settings, bool isDone)
    {
        JsonObject facts = [];
        foreach ((string place, WeightSet network) in s_places.Zip(networks.All))
            facts[$"{place}_network"] = Digests.Of(network);
        facts["data_set"] = FolderOrigin.DigestPrefix + set.Digest;
        foreach ((string name, string value) in settings)
            facts[name] = value;
        var origin = new FolderOrigin(_path, _command, facts);
        origin.MustMatch([_parts, Reports.Report.PageName]);
        if (!isDone)
            _begun.MustGoOnAsBegun();
        origin.Keep();
        _threads = _begun.HoldThreads();
    }

    /// <summary>Writes the report.</summary>
    /// <param name="networks">Of one graph.</param>
    /// <param name="set">The images.</param>
    /// <param name="settings">Options in force.</param>
    /// <param name="studies">What was measured.</param>
    /// <param name="figures">Of its own.</param>
    /// <returns>Path of the page.</returns>
    public string Report(
        GivenNetworks networks,
        DataSet set,
        IReadOnlyList<KeyValuePair<string, string>> settings,
        StudyResults studies,
        params IEnumerable<Figure> figures
    )
    {
        RunDescription run = new(
            _command,
            [],
            $"espalier {_command}",
            [networks.Network.Name],
            set.Name,
            [0],
            settings,
            [],
            1,
            [],
            1,
            1,
            []
        );
        return Reports.Report.Write(
            new RunResults(run, [], [], [], [], [], []) { Studies = studies },
            _path,
            figures.Select(figure => (Func<RunResults, Figure?>)(_ => figure))
        )[0];
    }

    public void Dispose()
    {
        _threads?.Dispose();
        _lock.Dispose();
    }
}
