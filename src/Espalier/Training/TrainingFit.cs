using Espalier.Data;
using Espalier.Networks;

namespace Espalier.Training;

/// <summary>What weights, mask, images and options must be for each other before they are trained.</summary>
internal static class TrainingFit
{
    /// <summary>Refuses what cannot be trained.</summary>
    /// <exception cref="InputException">Weights, mask, images and options do not fit together.</exception>
    public static void Must(TrainingRun run, TrainingOptions options, TrainingData data)
    {
        ImageSet train = data.Set.Train;
        data.Set.MustSuit(run.Start.Network);
        if (!run.Start.IsFinite())
            throw new InputException("The weights to start from hold values that are not finite.");
        if (options.Precision != data.Precision)
            throw new ArgumentException($"images are {data.Precision}, training is {options.Precision}");
        if (options.Augmentation != data.Augmentation)
            throw new InputException(
                $"The training options have {options.Augmentation}, the images {data.Augmentation}; expected the same."
            );
        if (run.Updates is not null && run.Mask is null)
            throw new InputException($"The rule '{run.Updates.Rule}' changes a mask, and the training has none to begin with.");
        if (options.BatchSize > train.Count)
            throw new InputException(
                $"A batch of {Counted.Of(options.BatchSize, "image")} is larger than the "
                    + $"{Counted.Of(train.Count, "training image")} of {data.Set.Name}."
            );
        MustHaveVariance(run.Start.Network, train.Count, options);
    }

    /// <summary>
    /// Batch-norm divides by n − 1 for its running variance: a batch that gives a channel one value would make it infinite.
    /// </summary>
    private static void MustHaveVariance(Network network, int images, TrainingOptions options)
    {
        bool isLast = options.BatchSize > 1;
        if (isLast && (options.DropLast || images % options.BatchSize != 1))
            return;
        if (NeedingSeveralImages(network) is not { } node)
            return;
        string batch = isLast ? $"The last batch of an epoch has one of {images} images" : "A batch of one image was asked for";
        throw new InputException(
            $"{batch}, and '{node.Name}' of {network.Name} takes mean and variance over the batch; expected "
                + (isLast ? $"another batch size than {options.BatchSize}, or incomplete batches left out." : "a batch size of at least 2.")
        );
    }

    /// <summary>The first batch-norm that one image gives one value a channel, so that it needs several; null: there is none.</summary>
    public static Node? NeedingSeveralImages(Network network) =>
        network.Nodes.Where((node, i) => node.Operation is BatchNorm && network.Shapes[i].Positions == 1).FirstOrDefault();
}
