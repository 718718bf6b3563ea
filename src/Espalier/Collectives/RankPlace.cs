using System.Globalization;

namespace Espalier.Collectives;

/// <summary>Which rank this process was started as, and by whom.</summary>
/// <param name="Rank">Its number.</param>
/// <param name="Size">How many there are.</param>
/// <param name="Folder">Where ranks meet that no launcher of MPI started; null where one did.</param>
public sealed record RankPlace(int Rank, int Size, string? Folder)
{
    /// <summary>Tells a process which it is where MPI is not: <c>RANK/SIZE/FOLDER</c>.</summary>
    public const string Variable = "ESPALIER_RANK";

    internal MpiLauncher Launcher { get; init; }

    /// <summary>Its number among the ranks of its machine, which says what GPU is its own. Default: <see cref="Rank"/>.</summary>
    public int LocalRank { get; init; } = Rank;

    /// <summary>Ranks of its machine, which share its cores; <see cref="Size"/> where nobody says how many there are.</summary>
    public int LocalSize { get; init; } = Size;

    /// <summary>What the environment says; null where it speaks of no other rank.</summary>
    /// <exception cref="InputException">It speaks nonsense.</exception>
    public static RankPlace? FromEnvironment() => From(Environment.GetEnvironmentVariable);

    /// <summary>The same without launchers: what <see cref="Variable"/> says, or null.</summary>
    /// <exception cref="InputException">It speaks nonsense.</exception>
    public static RankPlace? FromVariable() => From(name => name == Variable ? Environment.GetEnvironmentVariable(name) : null);

    /// <summary>What tells a process that it is a rank: the value of <see cref="Variable"/>.</summary>
    public override string ToString() =>
        Folder is null ? $"rank {Rank} of {Size}" : string.Create(CultureInfo.InvariantCulture, $"{Rank}/{Size}/{Folder}");

    /// <summary>Of a look-up of variables.</summary>
    internal static RankPlace? From(Func<string, string?> variable)
    {
        if (variable(Variable) is { Length: > 0 } own)
            return own.Split('/', 3) is [var rank, var size, var folder] && Number(rank) is { } r && Number(size) is { } s && r < s
                ? new RankPlace(r, s, folder)
                : throw new InputException($"{Variable} is '{own}'; expected RANK/SIZE/FOLDER.");
        return LauncherVariables.Read(variable);
    }

    /// <summary>Joins the others.</summary>
    /// <exception cref="InputException">They do not come, or there is nothing to reach them by.</exception>
    public ICollective Join(Action? check = null) =>
        Folder is { } folder ? SharedMemoryCollective.Join(folder, Rank, Size, check) : MpiCollective.Join(this);

    /// <summary>A whole number that is not negative; null for anything else.</summary>
    internal static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : null;
}
