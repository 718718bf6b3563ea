using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using Espalier.Lab.Design;
using Xunit;

namespace Espalier.Lab.Tests;

/// <summary>The laboratory's rooms: each uses only those before it.</summary>
public class RoomSpecs
{
    private static readonly string[] Rooms = ["Engine", "Stages", "Design", "Findings"];

    private static readonly Architecture Library = new ArchLoader().LoadAssemblies(typeof(Grid).Assembly).Build();

    [Fact]
    public void Each_room_uses_only_those_before_it() => Assert.Equal("", string.Join("\n", Violations(Rooms)));

    [Fact]
    public void A_wrong_order_is_noticed() => Assert.NotEmpty(Violations([.. Rooms.Reverse()]));

    [Fact]
    public void Every_folder_is_a_known_room() => Assert.Empty(Library.Types.Select(RoomOf).OfType<string>().Distinct().Except(Rooms));

    [Fact]
    public void The_engine_knows_no_network() =>
        Assert.Equal(
            "",
            string.Join(
                '\n',
                from type in Library.Types
                where RoomOf(type) == "Engine"
                from dependency in type.Dependencies
                let used = dependency.Target.Namespace?.FullName ?? ""
                where used.StartsWith("Espalier.", StringComparison.Ordinal) && used.Split('.')[1] is not ("Lab" or "Files" or "Runtime")
                select $"{type.FullName} uses {dependency.Target.FullName}"
            )
        );

    private static List<string> Violations(string[] rooms) =>
        [
            .. (
                from type in Library.Types
                let room = RoomOf(type)
                where room is not null
                from dependency in type.Dependencies
                let used = RoomOf(dependency.Target)
                where used is not null && Array.IndexOf(rooms, used) > Array.IndexOf(rooms, room)
                select $"{type.FullName} uses {dependency.Target.FullName}"
            ).Distinct(),
        ];

    private static string? RoomOf(IType type)
    {
        string name = type.Namespace?.FullName ?? "";
        return name.StartsWith("Espalier.Lab.", StringComparison.Ordinal) ? name.Split('.')[2] : null;
    }
}
