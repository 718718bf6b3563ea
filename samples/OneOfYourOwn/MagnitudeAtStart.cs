using Espalier.Lab.Design;
using Espalier.Lab.Engine;
using Espalier.Lab.Stages;
using Espalier.Pruning;
using Espalier.Weights;

namespace OneOfYourOwn;

/// <summary>A mask that keeps as many weights as the ticket does: those of the start that are largest.</summary>
public sealed class MagnitudeAtStart(PruneStage pruned) : CountedMask(pruned)
{
    /// <summary>The method: planner, tables, figures and their keys read what it is here.</summary>
    public static Method Method { get; } =
        Methods.Register(
            new()
            {
                Name = "magnitude-at-start",
                Label = "magnitude",
                Meaning = "control: B's weights at epoch k, the largest of them kept",
                Role = MethodRole.Control,
                Mask = point => new MagnitudeAtStart(point.PrunedA),
            }
        );

    /// <summary>Whatever decides of the mask beside the start: part of the stage's name.</summary>
    public override object Options =>
        new
        {
            Source = "magnitude-at-start",
            Kept,
            Prunable = Names,
        };

    public override Mask Make(StageRun run, WeightSet start)
    {
        using Mask all = Dense(start);
        return GlobalMagnitude.Prune(start, all, Kept);
    }
}
