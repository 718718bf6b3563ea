using System.Collections.Immutable;
using Espalier.Files;

namespace Espalier.Tests.Files.Leases;

/// <summary>The files of one lease as the server has them, and what each machine's kernel remembers of their list.</summary>
internal sealed record ModelWorld(
    ImmutableSortedDictionary<int, (string Token, bool IsReleased)> Files,
    ImmutableDictionary<int, ImmutableArray<int>> Remembered,
    ImmutableSortedSet<string> Suspected,
    ImmutableSortedSet<string> Confirmed,
    ImmutableSortedSet<int> Dead,
    int Commits,
    int Doubts
)
{
    public static ModelWorld Empty { get; } =
        new(
            ImmutableSortedDictionary<int, (string, bool)>.Empty,
            ImmutableDictionary<int, ImmutableArray<int>>.Empty,
            [],
            [],
            [],
            Commits: 0,
            Doubts: 0
        );

    /// <summary>The list as it is.</summary>
    public ImmutableArray<int> Numbers => [.. Files.Keys];

    public ModelWorld Make(int machine, int number, string token, bool listsAnew) =>
        (this with { Files = Files.Add(number, (token, false)) }).Changed(machine, listsAnew);

    public ModelWorld Remove(int machine, int number, bool listsAnew) =>
        (this with { Files = Files.Remove(number) }).Changed(machine, listsAnew);

    /// <summary>What the machine that changed something itself has remembered until then is read anew, where the system does so.</summary>
    private ModelWorld Changed(int machine, bool listsAnew) => listsAnew ? this with { Remembered = Remembered.Remove(machine) } : this;

    public LeaseSight? Read(int number) =>
        Files.TryGetValue(number, out (string Token, bool IsReleased) file)
            ? new LeaseSight(file.Token, LeaseHolder.Me with { Token = file.Token, IsReleased = file.IsReleased })
            : null;

    /// <summary>All that can make a difference later on.</summary>
    public string Key =>
        string.Join(
            '|',
            string.Join(',', Files.Select(file => $"{file.Key}{file.Value.Token}{file.Value.IsReleased}")),
            string.Join(',', Remembered.OrderBy(r => r.Key).Select(r => $"{r.Key}:{string.Join('.', r.Value)}")),
            string.Join(',', Suspected),
            string.Join(',', Confirmed),
            string.Join(',', Dead),
            Commits,
            Doubts
        );
}
