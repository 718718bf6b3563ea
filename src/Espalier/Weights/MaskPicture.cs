using Espalier.Networks;
using Espalier.Runtime;
using TorchSharp;

namespace Espalier.Weights;

/// <summary>
/// What a mask keeps of one array, small enough to be looked at: output units from top to bottom, the units that they see from left to
/// right; a cell is the share kept of all weights, at all places of a kernel, between some neighbouring outputs and some inputs.
/// </summary>
/// <param name="Layer">The array's name.</param>
/// <param name="Outputs">Output units.</param>
/// <param name="Inputs">Units that each of them sees.</param>
/// <param name="OutputsACell">Neighbouring outputs in a cell; the last row may have fewer.</param>
/// <param name="InputsACell">Neighbouring inputs in a cell; the last column may have fewer.</param>
/// <param name="Kept">Shares from 0 to 1, by row and column.</param>
public sealed record MaskPicture(
    string Layer,
    int Outputs,
    int Inputs,
    int OutputsACell,
    int InputsACell,
    IReadOnlyList<IReadOnlyList<double>> Kept
)
{
    /// <summary>Whether an output sees an input at several places, through a kernel.</summary>
    public bool HasKernel { get; init; }

    /// <summary>Rows and columns that a picture has at most.</summary>
    public const int MostCells = 112;

    /// <summary>Arrays that stand for all that a mask may prune: the first, the largest and the last, in their order.</summary>
    public static IReadOnlyList<Parameter> Chosen(Mask mask) => Representatives.Of([.. mask.Prunable.Where(p => p.IsWeight)], p => p.Count);

    /// <summary>Looks at one weight array.</summary>
    /// <param name="mask">The mask.</param>
    /// <param name="weight">A weight array of its network, prunable or not.</param>
    public static MaskPicture Of(Mask mask, Parameter weight)
    {
        using var scope = torch.NewDisposeScope();
        // Stored out, height, width, in: whatever the kernel, the output is the slowest and the input the fastest of them.
        bool[] pruned = HostRead.Values<bool>(mask.Layout.Slice(mask.Pruned, weight));
        int outputs = weight.Units,
            inputs = weight.SeenUnits,
            places = weight.Count / outputs / inputs,
            high = CellOf(outputs),
            wide = CellOf(inputs);
        long[][] kept = [.. Enumerable.Range(0, Cells(outputs, high)).Select(_ => new long[Cells(inputs, wide)])];
        for (int output = 0, at = 0; output < outputs; output++)
        for (int place = 0; place < places; place++)
        for (int input = 0; input < inputs; input++, at++)
            if (!pruned[at])
                kept[output / high][input / wide]++;
        return new MaskPicture(
            weight.Name,
            outputs,
            inputs,
            high,
            wide,
            [
                .. kept.Select(
                    (row, r) =>
                        (IReadOnlyList<double>)
                            [.. row.Select((count, c) => (double)count / (Size(r, high, outputs) * Size(c, wide, inputs) * (long)places))]
                ),
            ]
        )
        {
            HasKernel = places > 1,
        };
    }

    private static int CellOf(int units) => Cells(units, MostCells);

    private static int Cells(int units, int size) => (units + size - 1) / size;

    private static int Size(int cell, int size, int units) => Math.Min(size, units - cell * size);
}
