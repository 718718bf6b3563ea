using Espalier.Lab.Engine;
using Espalier.Lab.Stages;
using Espalier.Training;

namespace Espalier.Lab.Design.Costs;

/// <summary>A number for every kind of pass over images: operations, or operations a second.</summary>
/// <param name="Training">Of <see cref="Pass.Training"/>.</param>
/// <param name="Testing">Of <see cref="Pass.Testing"/>.</param>
/// <param name="Evaluation">Of <see cref="Pass.Evaluation"/>.</param>
/// <param name="Matching">Of <see cref="Pass.Matching"/>.</param>
public sealed record PerPass(double Training, double Testing, double Evaluation, double Matching)
{
    /// <summary>The same for all.</summary>
    public static PerPass Same(double number) => new(number, number, number, number);

    /// <summary>Of each kind, what is said of it.</summary>
    public static PerPass Of(Func<Pass, double> number) =>
        new(number(Pass.Training), number(Pass.Testing), number(Pass.Evaluation), number(Pass.Matching));

    /// <summary>That of one kind.</summary>
    public double this[Pass pass] =>
        pass switch
        {
            Pass.Training => Training,
            Pass.Testing => Testing,
            Pass.Evaluation => Evaluation,
            _ => Matching,
        };

    /// <summary>Seconds that so many operations of each kind take at so many a second.</summary>
    public double At(PerPass perSecond) =>
        Training / perSecond.Training + Testing / perSecond.Testing + Evaluation / perSecond.Evaluation + Matching / perSecond.Matching;

    /// <summary>Operations of a stage: those of a test image are a third of a training step's, which goes back as well.</summary>
    public static PerPass OperationsOf(Stage stage) =>
        stage switch
        {
            ITrainingStage training => new(
                stage.Flops,
                TestsOf(training.Training, stage.Epochs) * training.Data.Facts.TestImages * training.Model.FlopsPerImage / 3,
                0,
                0
            ),
            MatchStage => new(0, 0, 0, stage.Flops),
            _ => new(0, 0, stage.Flops, 0),
        };

    /// <summary>How often all test images are looked at in so many epochs: always after the last, and of a moving average too.</summary>
    private static int TestsOf(TrainingOptions training, int epochs) =>
        epochs == 0
            ? 0
            : (training.EmaDecay > 0 ? 2 : 1)
                * (training.EvaluateEvery == 0 ? 1 : (epochs + training.EvaluateEvery - 1) / training.EvaluateEvery);
}
