using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>The rooms of the command line: each uses only those before it.</summary>
public sealed class RoomSpecs
{
    private const string Root = "Application";

    private static readonly string[] s_rooms = ["Terminal", "Options", "Measuring", "Runs", "Commands", Root];

    private static readonly Architecture s_program = new ArchLoader().LoadAssemblies(typeof(Application).Assembly).Build();

    [Fact]
    public void Each_room_uses_only_those_before_it() => Assert.Equal("", string.Join('\n', Violations(s_rooms)));

    [Fact]
    public void A_wrong_order_is_noticed() => Assert.NotEmpty(Violations([.. s_rooms.Reverse()]));

    [Fact]
    public void Every_folder_is_a_known_room() => Assert.Empty(s_program.Types.Select(RoomOf).OfType<string>().Distinct().Except(s_rooms));

    private static string[] Violations(string[] rooms) =>
        [
            .. (
                from type in s_program.Types
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
        return name == "Espalier.Cli" ? Root
            : name.StartsWith("Espalier.Cli.", StringComparison.Ordinal) ? name.Split('.')[2]
            : null;
    }
}
