using System.Collections.Immutable;
using Espalier.Files;

namespace Espalier.Tests.Files.Leases;

/// <summary>Thrown where a process asks for something that it has no answer to yet: it stands there until it is its turn.</summary>
internal sealed class StandsAt(Func<ModelWorld, IEnumerable<(object? Answer, ModelWorld After)>> step) : Exception
{
    /// <summary>What can come of it: one way, or several.</summary>
    public Func<ModelWorld, IEnumerable<(object? Answer, ModelWorld After)>> Step { get; } = step;
}

/// <summary>
/// A process that wants the lease once or more, commits under it, and ends. It is run again from its beginning on the answers that it had:
/// what it does is a function of them, so that no thread need wait, and any order can be tried.
/// </summary>
/// <param name="machine">Its machine, and its letter.</param>
/// <param name="rules">What the world is like.</param>
/// <param name="answers">So far.</param>
internal sealed class ModelProcess(int machine, ModelRules rules, ImmutableArray<object?> answers) : ILeaseFolder
{
    /// <summary>Made by one who made sure: he commits before he is taken for silent.</summary>
    private const string Sure = "sure";

    private int _asked,
        _tokens;

    /// <summary>The token under which it takes the lease for its own; null where it does not.</summary>
    public string? Holds { get; private set; }

    /// <summary>Goes on as far as the answers reach.</summary>
    /// <returns>Where it stands; null at its end.</returns>
    public StandsAt? Run()
    {
        try
        {
            for (int attempt = 0; attempt < rules.Attempts; attempt++)
                Attempt();
            return null;
        }
        catch (StandsAt at)
        {
            return at;
        }
    }

    private void Attempt()
    {
        LeaseHolder me = New("taken");
        var protocol = new LeaseProtocol(this, "lease", (sight, _, _) => IsHeld(sight), () => 0) { Kept = rules.Kept };
        if (protocol.TryTake(me) is not { } number)
            return;
        if (rules.IsRetired && IsDone())
        {
            protocol.Retire(number);
            return;
        }
        Holds = me.Token;
        LeaseHolder next = New(Sure);
        if (protocol.TryConfirm(number, me.Token, next) is not { } confirmed)
        {
            Holds = null;
            return;
        }
        Holds = next.Token;
        Step(world => [(null, world with { Confirmed = world.Confirmed.Add(next.Token) })]);
        Step(world => [(null, world with { Commits = world.Commits + 1 })]);
        Holds = null;
        if (!protocol.IsLost(confirmed, next.Token))
            if (rules.IsRetired)
                protocol.Retire(confirmed);
            else
                TryRenew("lease", confirmed, next with { IsReleased = true });
    }

    private LeaseHolder New(string how) => LeaseHolder.Me with { Token = $"{(char)('a' + machine)}{_tokens++}{how}" };

    private bool IsDone() => (bool)Step(world => [(world.Commits > 0, world)])!;

    private bool IsHeld(LeaseSight sight) =>
        (bool)
            Step(world =>
            {
                int of = sight.Holder!.Token[0] - 'a';
                if (sight.Holder.IsReleased || world.Dead.Contains(of))
                    return [(false, world)];
                bool isFresh = sight.Holder.Token.EndsWith(Sure, StringComparison.Ordinal);
                return of == machine || isFresh || world.Doubts >= rules.Doubts
                    ? [(true, world)]
                    :
                    [
                        (true, world),
                        (false, world with { Suspected = world.Suspected.Add(sight.Holder.Token), Doubts = world.Doubts + 1 }),
                    ];
            })!;

    public IReadOnlyList<int> Numbers(string name) =>
        (ImmutableArray<int>)
            Step(world =>
                world.Remembered.TryGetValue(machine, out ImmutableArray<int> old) && !old.SequenceEqual(world.Numbers)
                    ? [(world.Numbers, Remember(world)), (old, world)]
                    : [(world.Numbers, Remember(world))]
            )!;

    public LeaseSight? Read(string name, int number) => (LeaseSight?)Step(world => [(world.Read(number), world)]);

    public bool TryMake(string name, int number, LeaseHolder holder) =>
        (bool)
            Step(world =>
                world.Files.ContainsKey(number)
                    ? [(false, world)]
                    : [(true, world.Make(machine, number, holder.Token, rules.ListsAnewAfterOwnChange))]
            )!;

    public bool TryRenew(string name, int number, LeaseHolder holder) =>
        (bool)
            Step(world =>
                world.Files.GetValueOrDefault(number).Token == holder.Token
                    ? [(true, world with { Files = world.Files.SetItem(number, (holder.Token, holder.IsReleased)) })]
                    : [(false, world)]
            )!;

    public void Remove(string name, int number) => Step(world => [(null, world.Remove(machine, number, rules.ListsAnewAfterOwnChange))]);

    private ModelWorld Remember(ModelWorld world) => world with { Remembered = world.Remembered.SetItem(machine, world.Numbers) };

    private object? Step(Func<ModelWorld, IEnumerable<(object?, ModelWorld)>> step) =>
        _asked < answers.Length ? answers[_asked++] : throw new StandsAt(step);
}
