using Espalier.Lab.Design.Recipes;
using Espalier.Lab.Stages;

namespace Espalier.Lab.Design.Planning;

/// <summary>
/// The point of a grid that a method is planned at: one network, seed, sparsity and rewind epoch, and the stages there are.
/// </summary>
public sealed class MethodPoint
{
    private readonly SeedPlanner _planner,
        _ticket;

    /// <param name="planner">The stages of the network and seed.</param>
    /// <param name="ticket">Those of the seed that A is of; most often the same.</param>
    /// <param name="sparsity">S.</param>
    /// <param name="start">The checkpoint that training starts from.</param>
    /// <param name="matchEpoch">Epoch of B that π is found at.</param>
    internal MethodPoint(SeedPlanner planner, SeedPlanner ticket, double sparsity, int start, int? matchEpoch) =>
        (_planner, _ticket, Sparsity, Start, MatchEpoch) = (planner, ticket, sparsity, start, matchEpoch);

    /// <summary>S of the prunable arrays.</summary>
    public double Sparsity { get; }

    /// <summary>The checkpoint that training starts from: the rewind epoch k, and the recipe's shift.</summary>
    public int Start { get; }

    /// <summary>Epoch of B that π is found at; null but for methods that read B at each of them.</summary>
    public int? MatchEpoch { get; }

    /// <summary>The run's seed.</summary>
    public long Seed => _planner.Seed;

    /// <summary>Every option of training, pruning and matching.</summary>
    public Recipe Recipe => _planner.Recipe;

    /// <summary>A, dense.</summary>
    public DenseStage A => _ticket.A;

    /// <summary>B, dense.</summary>
    public DenseStage B => _planner.B;

    /// <summary>A at S: its mask is the ticket m.</summary>
    public PruneStage PrunedA => _ticket.PrunedA(Sparsity);

    /// <summary>B at S.</summary>
    /// <exception cref="InvalidOperationException">B is not trained to T: the method does not read its end.</exception>
    public PruneStage PrunedB => Reading(Recipe.Epochs, () => _planner.PrunedB(Sparsity));

    /// <summary>π that aligns the activations of A at T with those of B at an epoch.</summary>
    /// <param name="epoch">Of B.</param>
    /// <param name="untied">Whether residual streams are cut, so that π is no symmetry.</param>
    /// <exception cref="InvalidOperationException">B is not trained so far: the method does not read it.</exception>
    public MatchStage Match(int epoch, bool untied = false) => Reading(epoch, () => _planner.MatchWith(_ticket, epoch, untied));

    /// <summary>m moved by a π that is found in some way.</summary>
    /// <exception cref="InputException">That way is impossible.</exception>
    public MaskSource Moved(MatchVariant way) => new MovedMask(PrunedA, new VariantPlanner(A, B, Recipe, Seed).Match(way, PrunedA, Start));

    private T Reading<T>(int epoch, Func<T> stage) =>
        epoch <= B.Epochs
            ? stage()
            : throw new InvalidOperationException(
                $"B is trained for {B.Epochs} of {epoch} epochs; a method that reads more of it says so ({nameof(Method.ReadsOfB)})"
            );
}
