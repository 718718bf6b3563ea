using Espalier.Data;
using Espalier.Lab.Design;
using Espalier.Lab.Findings;
using Espalier.Networks;
using Espalier.Reports;

namespace Espalier.Cli.Runs;

/// <summary>Writes the report of something measured between networks given as files.</summary>
internal static class StudyReport
{
    /// <param name="folder">Where to.</param>
    /// <param name="command">The command's name.</param>
    /// <param name="network">The networks' graph.</param>
    /// <param name="set">The images.</param>
    /// <param name="settings">Options in force.</param>
    /// <param name="studies">What was measured.</param>
    /// <returns>Path of the page.</returns>
    public static string Write(
        string folder,
        string command,
        Network network,
        DataSet set,
        IReadOnlyList<KeyValuePair<string, string>> settings,
        StudyResults studies
    ) =>
        Report.Write(
            new RunResults(
                new RunDescription(command, [], $"espalier {command}", [network.Name], set.Name, [0], settings, [], 1, [], 1, 1, []),
                [],
                [],
                [],
                [],
                [],
                []
            )
            {
                Studies = studies,
            },
            folder
        )[0];
}
