using System.Text.Json.Serialization;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Design.Recipes;
using Espalier.Lab.Stages;
using Espalier.Pruning;
using Espalier.Training;

namespace Espalier.Lab.Design;

/// <summary>
/// A way to train a sparse network: which weights it starts from, where its mask comes from, and how that changes. All methods of a seed
/// read the same batches in the same order. The library's own are in <see cref="Methods"/>; one of somebody's own is made like them and put
/// in <see cref="Grid.Methods"/>.
/// </summary>
/// <remarks>
/// Files hold a method's name only: <see cref="Methods.Register"/> makes it known in the process that made it, where such a grid runs
/// (<see cref="Experiment"/>). The command line's workers, processes of their own, know the library's alone.
/// </remarks>
[JsonConverter(typeof(MethodConverter))]
public sealed record Method : NetworkKind
{
    /// <summary>What it is there for.</summary>
    public required MethodRole Role { get; init; }

    /// <summary>Whose weights at the rewind epoch it starts from.</summary>
    public StartWeights Start { get; init; } = StartWeights.B;

    /// <summary>
    /// What the kept weights are made of: the start's own, or with what of the weights of the mask's pruned network, moved as the mask is.
    /// </summary>
    public TicketStart TicketStart { get; init; }

    /// <summary>Where the mask at a point of the grid comes from; null trains dense, once for all sparsities.</summary>
    public required Func<MethodPoint, MaskSource>? Mask { get; init; }

    /// <summary>How the mask changes in training; null for one that stays.</summary>
    public Func<MethodPoint, IMaskUpdate>? Updates { get; init; }

    /// <summary>How its sparse training differs from the recipe's; null for not at all.</summary>
    public Func<Recipe, TrainingOptions, TrainingOptions>? Training { get; init; }

    /// <summary>Whether the start is rescaled to the fan-in that the mask leaves; null for as the recipe says.</summary>
    public bool? RescaleFanIn { get; init; }

    /// <summary>What it reads of B beside the start: B is trained no further than somebody reads.</summary>
    public ReadOfB ReadsOfB { get; init; } = ReadOfB.Start;

    /// <summary>Whether the mask is A's, moved by a permutation that was found.</summary>
    public bool MovesMask { get; init; }

    /// <summary>Whether its name spells out options, so that a report says in a key what the label stands for.</summary>
    public bool IsSpelledOut { get; init; }

    /// <summary>What titles of stages begin with: the name without options.</summary>
    internal string Title => IsSpelledOut ? Name.Split(' ')[0] : Name;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
