using Espalier.Lab.Design.Costs;

namespace Espalier.Cli.Terminal;

/// <summary>What is left of a plan on many machines, for people.</summary>
internal static class ClusterPicture
{
    public static void Print(Output output, Cluster cluster, IReadOnlyList<SimulatedSchedule> schedules)
    {
        output.Line(
            $"Simulated on {Counted.Of(cluster.Nodes, "node")} of {Counted.Of(cluster.GpusPerNode, "device")}, "
                + $"{Counted.Of(cluster.Rate.Workers, "worker")} each; sums of gradients at "
                + $"{cluster.WithinNode / 1e9:0} GB/s within a node and {cluster.BetweenNodes / 1e9:0} GB/s between them (assumed), "
                + "not hidden behind computing:"
        );
        foreach (SimulatedSchedule s in schedules)
            output.Line(
                $"  {Counted.Of(s.Ranks, "rank")} a training: {Durations.Text(s.Seconds)}, {s.GpuSeconds / 3600:0.#} device hours; "
                    + $"critical path {Durations.Text(s.CriticalPathSeconds)}, of pruning {Durations.Text(s.PruningSeconds)}; "
                    + $"{100 * Share(s, cluster):0.#} % in sums of gradients"
            );
        if (schedules.Count == 0)
            return;
        SimulatedSchedule one = schedules[0],
            best = schedules.MinBy(s => s.Seconds)!;
        output.Line(
            best == one
                ? "Data parallelism buys nothing here: the stages side by side fill the devices."
                : $"Data parallelism buys {one.Seconds / best.Seconds:0.0} times: {Counted.Of(best.Ranks, "rank")} a training, which "
                    + $"shorten the rounds of pruning, one after the other, from {Durations.Text(one.PruningSeconds)} to "
                    + $"{Durations.Text(best.PruningSeconds)}."
        );
    }

    private static double Share(SimulatedSchedule s, Cluster cluster) =>
        s.GpuSeconds > 0 ? s.AllReduceSeconds / (s.GpuSeconds * cluster.Rate.Workers) : 0;
}
