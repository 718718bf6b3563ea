namespace Espalier.Training;

/// <summary>How the learning rate falls over a run.</summary>
public enum LearningRateSchedule
{
    /// <summary>Half a cosine from the full rate to 0, updated every step.</summary>
    CosineBySteps,

    /// <summary>Half a cosine to 0, updated at the start of every epoch (the released code's).</summary>
    CosineByEpochs,

    /// <summary>The full rate throughout.</summary>
    Constant,
}

/// <summary>Evaluates schedules.</summary>
public static class LearningRateSchedules
{
    /// <summary>The share of the full learning rate in force, in [0, 1].</summary>
    /// <param name="schedule">Which.</param>
    /// <param name="step">Steps done, in [0, <paramref name="stepsPerEpoch"/> × <paramref name="epochs"/>).</param>
    /// <param name="stepsPerEpoch">Steps in an epoch.</param>
    /// <param name="epochs">Epochs of the run.</param>
    public static double Factor(this LearningRateSchedule schedule, long step, long stepsPerEpoch, int epochs)
    {
        double progress = schedule switch
        {
            LearningRateSchedule.CosineBySteps => (double)step / (stepsPerEpoch * epochs),
            LearningRateSchedule.CosineByEpochs => (double)(step / stepsPerEpoch) / epochs,
            _ => 0,
        };
        return 0.5 * (1 + Math.Cos(Math.PI * progress));
    }
}
