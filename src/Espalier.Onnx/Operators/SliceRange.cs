using Espalier.Onnx.Values;

namespace Espalier.Onnx.Operators;

/// <summary>What a Slice takes of an axis.</summary>
/// <param name="Axis">Counted from the front.</param>
/// <param name="Start">First place.</param>
/// <param name="End">The place after the last.</param>
/// <param name="Step">Distance of places; less than 0 from the last to the first.</param>
internal sealed record SliceRange(int Axis, long Start, long End, long Step)
{
    /// <summary>How many it takes.</summary>
    public long Count => Math.Max(0, (End - Start + Step - Math.Sign(Step)) / Step);

    /// <summary>By attributes, or by inputs as newer models have them.</summary>
    public static IEnumerable<SliceRange> Of(Step step, long[] lengths)
    {
        long[] starts = step.Ints("starts", 1) ?? throw step.Refuse("has no starts"),
            ends = step.Ints("ends", 2) ?? throw step.Refuse("has no ends"),
            axes = step.Ints("axes", 3) ?? [.. Enumerable.Range(0, starts.Length).Select(axis => (long)axis)],
            steps = step.Ints("steps", 4) ?? [.. starts.Select(_ => 1L)];
        if (ends.Length != starts.Length || axes.Length != starts.Length || steps.Length != starts.Length)
            throw step.Refuse("names as many starts as ends, axes and steps: these differ");
        for (int i = 0; i < starts.Length; i++)
        {
            int axis = step.Axis(axes[i], lengths.Length);
            if (steps[i] == 0 || steps[i] is < -(1 << 30) or > 1 << 30)
                throw step.Refuse($"goes in steps of {steps[i]}");
            long length = lengths[axis];
            int last = steps[i] < 0 ? 1 : 0;
            yield return new SliceRange(
                axis,
                Place(starts[i], length, 0, length - last),
                Place(ends[i], length, -last, length - last),
                steps[i]
            );
        }
    }

    private static long Place(long place, long length, long least, long most) =>
        place < -length ? least : Math.Clamp(place < 0 ? place + length : place, least, Math.Max(least, most));
}
