using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using Espalier.Onnx;
using Xunit;

namespace Espalier.Cli.Tests.Import;

/// <summary>The folders of the ONNX reader: each uses only those before it.</summary>
public sealed class OnnxRoomSpecs
{
    private static readonly string[] s_rooms = ["Format", "Values", "Drafting", "Operators", ""];

    private static readonly Architecture s_library = new ArchLoader().LoadAssemblies(typeof(OnnxImport).Assembly).Build();

    [Fact]
    public void Each_room_uses_only_those_before_it() => Assert.Empty(Violations(s_rooms));

    [Fact]
    public void A_wrong_order_is_noticed() => Assert.NotEmpty(Violations([.. s_rooms.Reverse()]));

    private static string[] Violations(string[] rooms) =>
        [
            .. (
                from type in s_library.Types
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
        return name == "Espalier.Onnx" ? ""
            : name.StartsWith("Espalier.Onnx.", StringComparison.Ordinal) ? name.Split('.')[2]
            : null;
    }
}
