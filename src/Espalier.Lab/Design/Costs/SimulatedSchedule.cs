using Espalier.Lab.Engine;

namespace Espalier.Lab.Design.Costs;

/// <summary>
/// A plan laid out in time, as the runner does it: of the stages that can begin, the one with the longest way of operations behind it.
/// Ranks are groups, each at one stage at a time; at one that does not train, the first rank computes and the others wait.
/// </summary>
/// <param name="Ranks">Of every training.</param>
/// <param name="Seconds">Until the last stage has ended, workers' start included where it was measured.</param>
/// <param name="GpuSeconds">Devices' seconds that stages take, of ranks that wait too.</param>
/// <param name="CriticalPathSeconds">Of the longest chain of stages: with devices without end it takes no less.</param>
/// <param name="PruningSeconds">Of the longest chain of pruning rounds, which wait for each other.</param>
/// <param name="AllReduceSeconds">Of all ranks, waiting for sums of gradients.</param>
public sealed record SimulatedSchedule(
    int Ranks,
    double Seconds,
    double GpuSeconds,
    double CriticalPathSeconds,
    double PruningSeconds,
    double AllReduceSeconds
)
{
    /// <summary>One for every number of ranks that is a power of two and fits, and for one rank a device on all of them.</summary>
    /// <param name="cluster">What computes.</param>
    /// <param name="open">Stages that are left, inputs first; inputs that are not among them are finished.</param>
    public static IReadOnlyList<SimulatedSchedule> All(Cluster cluster, IReadOnlyList<Stage> open)
    {
        IEnumerable<int> powers = Enumerable.Range(0, 31).Select(i => 1 << i).TakeWhile(ranks => ranks < cluster.Gpus);
        return [.. powers.Append(cluster.Gpus).Where(ranks => cluster.BatchSize >= ranks).Select(ranks => Of(cluster, open, ranks))];
    }

    /// <summary>With so many ranks.</summary>
    /// <param name="cluster">What computes.</param>
    /// <param name="open">Stages that are left, inputs first.</param>
    /// <param name="ranks">Of every training; no more than the cluster has devices.</param>
    /// <exception cref="InputException">There are no devices for so many ranks.</exception>
    public static SimulatedSchedule Of(Cluster cluster, IReadOnlyList<Stage> open, int ranks)
    {
        if (ranks < 1 || ranks > cluster.Gpus)
            throw new InputException(
                $"{Counted.Of(ranks, "rank")} of a training cannot be laid out on {Counted.Of(cluster.Gpus, "device")}; expected 1 to "
                    + $"{cluster.Gpus}."
            );
        Dictionary<string, int> at = open.Select((stage, i) => (stage.Id, i)).ToDictionary();
        int[][] inputs =
        [
            .. open.Select(stage => stage.Inputs.Where(i => at.ContainsKey(i.Id)).Select(i => at[i.Id]).Distinct().ToArray()),
        ];
        double[] seconds = [.. open.Select(stage => cluster.Seconds(stage, ranks))];
        double[] behind = Longest(inputs, seconds);
        double[] pruning = Longest(inputs, [.. seconds.Select((s, i) => open[i].Kind == "prune" ? s : 0)]);
        return new SimulatedSchedule(
            ranks,
            (open.Count > 0 ? cluster.Rate.StartSeconds : 0)
                + Lay(inputs, seconds, Longest(inputs, [.. open.Select(stage => stage.Flops + 1)]), cluster.Places / ranks),
            seconds.Sum() * ranks / cluster.Rate.Workers,
            behind.DefaultIfEmpty(0).Max(),
            pruning.DefaultIfEmpty(0).Max(),
            open.Sum(stage => ranks * cluster.AllReduceSeconds(stage, Cluster.RanksOf(stage, ranks)))
        );
    }

    /// <summary>Of each stage, what the longest chain takes that begins with it.</summary>
    private static double[] Longest(int[][] inputs, double[] seconds)
    {
        double[] behind = [.. seconds];
        for (int i = inputs.Length - 1; i >= 0; i--)
            foreach (int input in inputs[i])
                behind[input] = Math.Max(behind[input], seconds[input] + behind[i]);
        return behind;
    }

    /// <summary>Lays stages out on workers side by side, as the runner does: who is free takes the most urgent that can begin.</summary>
    /// <param name="inputs">Of each stage, those that must have ended.</param>
    /// <param name="seconds">What each takes.</param>
    /// <param name="urgency">The largest goes first; of equal ones, the first in the list.</param>
    /// <param name="workers">At least 1.</param>
    /// <returns>When the last has ended.</returns>
    internal static double Lay(int[][] inputs, double[] seconds, double[] urgency, int workers)
    {
        int[] waits = [.. inputs.Select(i => i.Length)];
        ILookup<int, int> users = inputs.SelectMany((own, i) => own.Select(input => (input, i))).ToLookup(p => p.input, p => p.i);
        var ready = new PriorityQueue<int, (double, int)>();
        var running = new PriorityQueue<int, (double End, int Stage)>();
        void Look(int stage)
        {
            if (waits[stage] == 0)
                ready.Enqueue(stage, (-urgency[stage], stage));
        }
        for (int i = 0; i < inputs.Length; i++)
            Look(i);
        double now = 0;
        while (ready.Count + running.Count > 0)
        {
            while (running.Count < workers && ready.TryDequeue(out int next, out _))
                running.Enqueue(next, (now + seconds[next], next));
            running.TryPeek(out _, out (double End, int Stage) soonest);
            now = soonest.End;
            while (running.TryPeek(out int done, out (double End, int Stage) at) && at.End == now)
            {
                running.Dequeue();
                foreach (int user in users[done])
                {
                    waits[user]--;
                    Look(user);
                }
            }
        }
        return now;
    }
}
