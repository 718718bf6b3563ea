using System.CommandLine;
using Espalier.Training;

namespace Espalier.Cli.Options;

/// <summary>Options of the optimizer beside learning rate, momentum and weight decay.</summary>
internal sealed class OptimizerOptionSet
{
    private static readonly AdamWOptions s_usual = new();

    private readonly Option<bool> _nesterov = new("--nesterov") { Description = "Nesterov's momentum." };

    private readonly Option<bool> _adamW = new("--adamw")
    {
        Description = "AdamW in place of SGD with momentum; weight decay is decoupled.",
    };

    private readonly Option<double> _beta1 = new("--beta1")
    {
        Description = "AdamW's: of the mean gradient.",
        DefaultValueFactory = _ => s_usual.Beta1,
    };

    private readonly Option<double> _beta2 = new("--beta2")
    {
        Description = "AdamW's: of the mean squared gradient.",
        DefaultValueFactory = _ => s_usual.Beta2,
    };

    private readonly Option<double> _epsilon = new("--epsilon")
    {
        Description = "AdamW's: added to the root of that.",
        DefaultValueFactory = _ => s_usual.Epsilon,
    };

    private readonly Option<double> _smoothing = new("--label-smoothing")
    {
        Description = "Share of every label that is spread over all classes in training; tests are without.",
    };

    private readonly Option<double> _warmUpEpochs = new("--warmup-epochs") { Description = "Epochs over which the learning rate rises." };

    private readonly Option<int> _warmUpSteps = new("--warmup-steps") { Description = "The same as a number of steps." };

    private readonly Option<bool> _synchronized = new("--sync-batch-norm")
    {
        Description = "Batch-norms of several ranks take mean and variance over the images of all.",
    };

    private readonly Option<double> _emaDecay = new("--ema-decay")
    {
        Description = "Keep an exponential moving average of the weights, such as 0.999; it is tested, and left as ema.safetensors.",
    };

    /// <summary>All.</summary>
    public IEnumerable<Option> All =>
        [_nesterov, _adamW, _beta1, _beta2, _epsilon, _smoothing, _warmUpEpochs, _warmUpSteps, _synchronized, _emaDecay];

    /// <summary>The same training with what was given.</summary>
    /// <exception cref="InputException">An option of AdamW was given without it.</exception>
    public TrainingOptions Apply(ParseResult parsed, TrainingOptions options)
    {
        bool isAdamW = parsed.GetValue(_adamW);
        if (!isAdamW)
            foreach (Option option in new Option[] { _beta1, _beta2, _epsilon })
                Given.Refuse(parsed, option, "is AdamW's, which trains with --adamw alone");
        return options with
        {
            Nesterov = parsed.GetValue(_nesterov),
            AdamW = isAdamW
                ? new()
                {
                    Beta1 = parsed.GetValue(_beta1),
                    Beta2 = parsed.GetValue(_beta2),
                    Epsilon = parsed.GetValue(_epsilon),
                }
                : null,
            LabelSmoothing = parsed.GetValue(_smoothing),
            WarmUpEpochs = parsed.GetValue(_warmUpEpochs),
            WarmUpSteps = parsed.GetValue(_warmUpSteps),
            SyncBatchNorm = parsed.GetValue(_synchronized),
            EmaDecay = parsed.GetValue(_emaDecay),
        };
    }
}
