using Espalier.Lab.Engine;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Weights;

namespace Espalier.Lab.Stages;

/// <summary>The weights that a sparse training starts from, and what of a ticket is in them.</summary>
/// <param name="weights">Dense; owned from here on.</param>
/// <param name="numbers">What was counted.</param>
internal sealed class SparseStart(WeightSet weights, IReadOnlyDictionary<string, double> numbers) : IDisposable
{
    public WeightSet Weights => weights;

    /// <summary>Takes of the ticket what is to be taken, and counts.</summary>
    /// <param name="run">Gives the inputs.</param>
    /// <param name="start">Whose weights.</param>
    /// <param name="own">They, dense.</param>
    /// <param name="source">Where the mask came from.</param>
    /// <param name="mask">The mask; both are null where training is dense.</param>
    /// <param name="taken">What is taken; null for nothing.</param>
    /// <param name="seed">The run's.</param>
    public static SparseStart Of(
        StageRun run,
        DenseStage start,
        WeightSet own,
        MaskSource? source,
        Mask? mask,
        TicketStartOptions? taken,
        long seed
    )
    {
        var numbers = new SortedDictionary<string, double>(StringComparer.Ordinal);
        var random = new RandomStream(seed, "sparse.signs");
        if (source is null || mask is null)
            return new(own.Copy(), numbers);
        numbers[TrainingNumbers.TicketBits] = Bits(source, mask, start, taken);
        if (!source.HoldsTicket && taken is null)
            return new(own.Copy(), numbers);
        using WeightSet ticket = source.Ticket(run);
        if (source.HoldsTicket)
            foreach ((string name, double number) in TrainingNumbers.Of(SignAgreement.Of(ticket, own, mask)))
                numbers[name] = number;
        return new(SignedStart.Of(own, ticket, mask, taken ?? new(), random), numbers);
    }

    /// <summary>What a training gave, and what it started from.</summary>
    public StageResult With(StageResult training) =>
        training with
        {
            Numbers = new SortedDictionary<string, double>(
                training.Numbers.Concat(numbers).ToDictionary(StringComparer.Ordinal),
                StringComparer.Ordinal
            ),
        };

    public void Dispose() => weights.Dispose();

    /// <summary>A network's own ticket is its weights too; a mask that only counts what a ticket keeps has none of its places.</summary>
    private static double Bits(MaskSource source, Mask mask, DenseStage start, TicketStartOptions? taken) =>
        source.HoldsTicket && source.IsOf(start)
            ? TicketBits.OfTicket(mask)
            : (source.HoldsTicket ? TicketBits.OfMask(mask) : 0) + TicketBits.OfStart(mask, taken ?? new());
}
