using ArchUnitNET.Domain;
using ArchUnitNET.Loader;

namespace Espalier.Reports.Tests;

/// <summary>The rooms of a report: each uses only those before it, and none beside it.</summary>
public sealed class RoomSpecs
{
    /// <summary>Spelling of numbers first, all of a report last; what stands in one line knows nothing of its neighbours.</summary>
    private static readonly string[][] s_rooms =
    [
        ["Numbers"],
        ["Drawing", "Paper"],
        ["Charts", "Analysis"],
        ["Figures", "Tables"],
        ["Html"],
        ["Report", "Steps"],
    ];

    private static readonly Architecture s_reports = new ArchLoader().LoadAssemblies(typeof(Report).Assembly).Build();

    [Fact]
    public void Each_room_uses_only_those_before_it() => Assert.Equal("", string.Join('\n', Violations(s_rooms)));

    [Fact]
    public void A_wrong_order_is_noticed() => Assert.NotEmpty(Violations([.. s_rooms.Reverse()]));

    [Fact]
    public void Neighbours_that_know_each_other_are_noticed() =>
        Assert.NotEmpty(
            Violations([
                ["Numbers"],
                ["Drawing", "Charts"],
            ])
        );

    [Fact]
    public void Every_folder_is_a_known_room() =>
        Assert.Empty(s_reports.Types.Select(RoomOf).OfType<string>().Distinct().Except(s_rooms.SelectMany(line => line)));

    private static string[] Violations(string[][] rooms) =>
        [
            .. (
                from type in s_reports.Types
                let room = RoomOf(type)
                where room is not null
                from dependency in type.Dependencies
                let used = RoomOf(dependency.Target)
                where used is not null && used != room && Place(rooms, used) >= Place(rooms, room)
                select $"{type.FullName} uses {dependency.Target.FullName}"
            ).Distinct(),
        ];

    private static int Place(string[][] rooms, string room) => Array.FindIndex(rooms, line => line.Contains(room));

    private static string? RoomOf(IType type)
    {
        string name = type.Namespace?.FullName ?? "";
        return name == "Espalier.Reports"
            ? type.FullName.Split('/', '+')[0].Split('.')[2] == nameof(Report)
                ? "Report"
                : "Numbers"
            : name.StartsWith("Espalier.Reports.", StringComparison.Ordinal)
                ? name.Split('.')[2]
                : null;
    }
}
