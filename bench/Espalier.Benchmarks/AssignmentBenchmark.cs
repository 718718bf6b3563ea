using System.Diagnostics;
using System.Runtime.InteropServices;
using Espalier.Matching;

namespace Espalier.Benchmarks;

/// <summary>Times the assignment solver on costs that a peer saved.</summary>
internal static class AssignmentBenchmark
{
    public static object Run(string costs, int repeats)
    {
        double[] matrix = MemoryMarshal.Cast<byte, double>(File.ReadAllBytes(costs)).ToArray();
        int n = (int)Math.Round(Math.Sqrt(matrix.Length));
        var times = new List<double>();
        int[] columns = LinearAssignment.Minimize(matrix, n);
        for (int i = 0; i < repeats; i++)
        {
            long start = Stopwatch.GetTimestamp();
            LinearAssignment.Minimize(matrix, n);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        times.Sort();
        return new
        {
            n,
            repeats,
            median_ms = times[times.Count / 2],
            min_ms = times[0],
            objective = LinearAssignment.Objective(matrix, columns),
        };
    }
}
