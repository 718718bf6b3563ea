using System.Text.Json.Serialization;
using Espalier.Data;
using Espalier.Execution;

namespace Espalier.Training;

/// <summary>How a network is trained. The defaults are the paper's for dense training (table 2).</summary>
public sealed record TrainingOptions
{
    /// <summary>T, epochs of the run; at least 1. Default 200.</summary>
    public int Epochs { get; init; } = 200;

    /// <summary>
    /// The last epoch trained, 1 to <see cref="Epochs"/>; the learning rate falls as in a run of all <see cref="Epochs"/>, so that this one
    /// ends with the very weights that such a run has then. Default: null, all epochs.
    /// </summary>
    public int? Until { get; init; }

    /// <summary><see cref="Until"/>, or else <see cref="Epochs"/>.</summary>
    [JsonIgnore]
    public int LastEpoch => Until ?? Epochs;

    /// <summary>
    /// Epochs of a longer run whose end this one repeats, at least <see cref="Epochs"/>: the learning rate in epoch e is that of epoch
    /// <see cref="ScheduleEpochs"/> − <see cref="Epochs"/> + e of that run (learning-rate rewinding, Renda et al. 2020). Default: null, a
    /// schedule of its own.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ScheduleEpochs { get; init; }

    /// <summary>Steps of all <see cref="Epochs"/> over so many images.</summary>
    public long Steps(int images) => (long)Epochs * (DropLast ? images / BatchSize : (images - 1) / BatchSize + 1);

    /// <summary>Images per step. Default 128.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>Full learning rate. Default 0.08; pruning uses 0.01 and sparse training 0.02.</summary>
    public double LearningRate { get; init; } = 0.08;

    /// <summary>Momentum of SGD, in [0, 1). Default 0.9.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Weight decay on all trained values, at least 0. Default 5e-4.</summary>
    public double WeightDecay { get; init; } = 5e-4;

    /// <summary>Default: cosine by steps.</summary>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.CosineBySteps;

    /// <summary>Number format of the activations. Default: bfloat16.</summary>
    public Precision Precision { get; init; } = Precisions.Default;

    /// <summary>
    /// Random flips and crops of training images. Default: none; image data sets of the paper use <see cref="Augmentation.Standard"/>.
    /// </summary>
    public Augmentation Augmentation { get; init; } = Augmentation.None;

    /// <summary>Whether an incomplete last batch is left out (the released code does). Default: it is trained on.</summary>
    public bool DropLast { get; init; }

    /// <summary>Whether the gradients of sparse units are scaled (<see cref="GradientScaling"/>). Default: no.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] // what was trained without it keeps its name
    public bool ScaleGradients { get; init; }

    /// <summary>Whether momentum is Nesterov's. Default: no.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Nesterov { get; init; }

    /// <summary>AdamW in place of SGD with momentum. Default: null, SGD.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AdamWOptions? AdamW { get; init; }

    /// <summary>
    /// Share of every label that is spread over all classes in the loss that is trained on, in [0, 1) (Szegedy et al. 2016); tests are
    /// without. Default 0.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double LabelSmoothing { get; init; }

    /// <summary>
    /// Epochs, or parts of one, over which the learning rate rises linearly: in step s of W, from 1, the schedule's rate is multiplied by
    /// s/W (Goyal et al. 2017). At least 0 and at most <see cref="Epochs"/>. Default 0, none.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double WarmUpEpochs { get; init; }

    /// <summary>The same as a number of steps, for one of both. Default 0.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int WarmUpSteps { get; init; }

    /// <summary>
    /// Whether batch-norms of several ranks take mean and variance over the images of all of them, so that any number of ranks trains what
    /// one process trains. Default: no, each over its own, as data-parallel PyTorch has it; the running statistics are then rank 0's.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool SyncBatchNorm { get; init; }

    /// <summary>
    /// β of an exponential moving average of the weights, a ← βa + (1 − β)θ after every step from a = θ at the start, and of
    /// batch-norm statistics likewise: in [0, 1), such as 0.999. It is tested and left beside the last weights, which it does not change.
    /// Default 0, none.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double EmaDecay { get; init; }

    /// <summary>HAM's multiplication of weights after every step. Default: null, none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public HamOptions? Ham { get; init; }

    /// <summary>Sign-In's training of each weight as a product of two. Default: null, none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SignInOptions? SignIn { get; init; }

    /// <summary>
    /// Whether every step draws α from [0, 1) and computes with normalisations of scale α + (1 − α) γ and shift (1 − α) β
    /// (Oh et al. 2025); tests compute with γ and β. Default: no.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool InterpolateNormalization { get; init; }

    /// <summary>Epochs whose weights are kept, as numbers of completed epochs: 0 is the start.</summary>
    public IReadOnlyList<int> Checkpoints { get; init; } = [];

    /// <summary>Test the network after every this many epochs, and after the last; 0 for the last only. Default 1.</summary>
    public int EvaluateEvery { get; init; } = 1;

    /// <summary>Refuses impossible values.</summary>
    /// <exception cref="InputException">An option is out of range.</exception>
    public TrainingOptions Validated()
    {
        Require(Epochs >= 1, $"epochs {Epochs}", "at least 1");
        Require(Until is null || (Until >= 1 && Until <= Epochs), $"last epoch {Until}", $"1 to {Epochs}, the epochs of the run");
        Require(ScheduleEpochs is null || ScheduleEpochs >= Epochs, $"schedule of {ScheduleEpochs} epochs", $"at least the run's {Epochs}");
        Require(BatchSize >= 1, $"batch size {BatchSize}", "at least 1");
        Require(LearningRate is > 0 and < 1e3, $"learning rate {LearningRate}", "more than 0 and less than 1000");
        Require(Momentum is >= 0 and < 1, $"momentum {Momentum}", "0 up to less than 1");
        Require(WeightDecay is >= 0 and < 1e3, $"weight decay {WeightDecay}", "at least 0 and less than 1000");
        Require(EvaluateEvery >= 0, $"evaluation every {Counted.Of(EvaluateEvery, "epoch")}", "at least 0");
        Require(LabelSmoothing is >= 0 and < 1, $"label smoothing {LabelSmoothing}", "0 up to less than 1");
        Require(WarmUpEpochs >= 0 && WarmUpEpochs <= Epochs, $"warm-up of {WarmUpEpochs} epochs", $"0 to {Epochs}, the epochs of the run");
        Require(WarmUpSteps >= 0, $"warm-up of {Counted.Of(WarmUpSteps, "step")}", "at least 0");
        Require(WarmUpEpochs == 0 || WarmUpSteps == 0, "warm-up in epochs beside one in steps", "one of them");
        Require(EmaDecay is >= 0 and < 1, $"moving average of decay {EmaDecay}", "0 up to less than 1");
        Require(!Nesterov || Momentum > 0, "Nesterov's momentum of 0", "a momentum of more than 0");
        Require(!Nesterov || AdamW is null, "Nesterov's momentum beside AdamW", "one of them: AdamW has no such momentum");
        Require(SignIn is null || AdamW is null, "Sign-In beside AdamW", "one of them: Sign-In's products are trained by SGD");
        Require(SignIn is null || !Nesterov, "Sign-In beside Nesterov's momentum", "one of them: Sign-In's products have plain momentum");
        Require(!ScaleGradients || AdamW is null, "scaled gradients beside AdamW", "one of them: AdamW divides a gradient by its own size");
        AdamW?.Validated();
        Ham?.Validated();
        SignIn?.Validated();
        Require(Ham is null || SignIn is null, "HAM beside Sign-In", "one of them: HAM does to a weight what Sign-In does to a product");
        foreach (int epoch in Checkpoints)
            Require(epoch >= 0 && epoch <= LastEpoch, $"checkpoint at epoch {epoch}", $"0 to {LastEpoch}, the epochs of the run");
        return this;
    }

    /// <summary>The learning rate in force after so many steps.</summary>
    internal double RateAt(long step, long stepsPerEpoch)
    {
        int whole = ScheduleEpochs ?? Epochs;
        long at = (whole - Epochs) * stepsPerEpoch + step,
            warm = WarmUpSteps > 0 ? WarmUpSteps : (long)Math.Round(WarmUpEpochs * stepsPerEpoch);
        double rate = LearningRate * Schedule.Factor(at, stepsPerEpoch, whole);
        return at < warm ? rate * (at + 1) / warm : rate;
    }

    private static void Require(bool holds, string found, string expected)
    {
        if (!holds)
            throw new InputException($"The training option {found} is impossible; expected {expected}.");
    }
}
