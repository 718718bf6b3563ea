using System.Collections.Immutable;
using Espalier.Files;

namespace Espalier.Tests.Files.Leases;

/// <summary>Every order in which processes can take their steps, and every answer they can have; each state is tried once.</summary>
internal sealed class ModelCheck(ModelRules rules)
{
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    /// <summary>States that were looked at.</summary>
    public int States => _seen.Count;

    /// <summary>The most that took the lease for theirs at once, of those that nobody had taken for silent.</summary>
    public int MostHolders { get; private set; }

    /// <summary>The most that had made sure of their lease at once, and not committed yet.</summary>
    public int MostConfirmed { get; private set; }

    /// <summary>Ends at which nobody could have the lease any more.</summary>
    public int Stuck { get; private set; }

    /// <summary>The most commits there were.</summary>
    public int MostCommits { get; private set; }

    public ModelCheck Run()
    {
        var open = new Stack<(ModelWorld World, ImmutableArray<ImmutableArray<object?>> Answers)>();
        open.Push((ModelWorld.Empty, [.. Enumerable.Repeat(ImmutableArray<object?>.Empty, rules.Processes)]));
        while (open.TryPop(out (ModelWorld World, ImmutableArray<ImmutableArray<object?>> Answers) state))
        {
            (ModelWorld world, ImmutableArray<ImmutableArray<object?>> answers) = state;
            if (!_seen.Add($"{world.Key}/{string.Join('/', answers.Select(Said))}"))
                continue;
            ModelProcess[] processes = [.. answers.Select((given, i) => new ModelProcess(i, rules, given))];
            StandsAt?[] at = [.. processes.Select((process, i) => world.Dead.Contains(i) ? null : process.Run())];
            Look(world, [.. processes.Where((_, i) => !world.Dead.Contains(i)).Select(process => process.Holds).OfType<string>()]);
            if (at.All(step => step is null) && !CanBeTaken(world))
                Stuck++;
            for (int i = 0; i < at.Length; i++)
            {
                if (at[i] is not { } step)
                    continue;
                foreach ((object? answer, ModelWorld after) in step.Step(world))
                    open.Push((after, answers.SetItem(i, answers[i].Add(answer))));
                if (world.Dead.Count < rules.Deaths)
                    open.Push((world with { Dead = world.Dead.Add(i) }, answers));
            }
        }
        return this;
    }

    private void Look(ModelWorld world, string[] held)
    {
        MostHolders = Math.Max(MostHolders, held.Count(token => !world.Suspected.Contains(token)));
        MostConfirmed = Math.Max(MostConfirmed, held.Count(world.Confirmed.Contains));
        MostCommits = Math.Max(MostCommits, world.Commits);
    }

    /// <summary>Whether one who comes when all have ended, and waits long enough, has it.</summary>
    private bool CanBeTaken(ModelWorld world)
    {
        ImmutableArray<object?> answers = [];
        var late = new ModelRules { Kept = rules.Kept };
        for (ModelWorld now = world with { Commits = 0, Confirmed = [] }; ; )
        {
            var process = new ModelProcess(rules.Processes, late, answers);
            if (process.Run() is not { } at)
                return now.Commits == 1;
            (object? answer, now) = at.Step(now with { Dead = [.. Enumerable.Range(0, rules.Processes)] }).First();
            answers = answers.Add(answer);
        }
    }

    private static string Said(ImmutableArray<object?> answers) =>
        string.Join(
            ',',
            answers.Select(answer =>
                answer switch
                {
                    ImmutableArray<int> numbers => string.Join('.', numbers),
                    LeaseSight sight => $"{sight.Token}{sight.Holder!.IsReleased}",
                    null => "-",
                    _ => answer.ToString(),
                }
            )
        );
}
