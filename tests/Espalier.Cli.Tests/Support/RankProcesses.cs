using Xunit;

namespace Espalier.Cli.Tests.Support;

/// <summary>Processes of the program that work in a folder, found by their command lines.</summary>
internal static class RankProcesses
{
    /// <summary>
    /// Numbers of the processes that are ranks of something in a folder, by rank; those that no variable numbers are rank 0.
    /// </summary>
    /// <param name="folder">Named in their command lines.</param>
    /// <param name="command">Their command, such as <c>train</c>.</param>
    public static IReadOnlyList<(int Rank, int Id)> In(string folder, string command)
    {
        var found = new List<(int, int)>();
        foreach (int id in OtherProcesses.All())
            if (
                OtherProcesses.Words(id, "cmdline") is { } words
                && Path.GetFileName(words[0]) == "dotnet"
                && words.Contains(command)
                && words.Any(word => word.StartsWith(folder, StringComparison.Ordinal))
                && OtherProcesses.Words(id, "environ") is { } variables
            )
                found.Add((RankOf(variables), id));
        return [.. found.Order()];
    }

    /// <summary>Waits until as many are there, and gives one rank's number.</summary>
    public static async Task<int> WaitAsync(string folder, string command, int rank)
    {
        while (true)
        {
            foreach ((int number, int id) in In(folder, command))
                if (number == rank)
                    return id;
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    private static int RankOf(string[] variables) =>
        variables.FirstOrDefault(one => one.StartsWith("ESPALIER_RANK=")) is { } own
            ? int.Parse(own["ESPALIER_RANK=".Length..].Split('/')[0])
        : variables.FirstOrDefault(one => one.StartsWith("OMPI_COMM_WORLD_RANK=")) is { } rank ? int.Parse(rank.Split('=')[1])
        : 0;
}
