using Espalier.Collectives;
using Espalier.Data;
using Espalier.Execution;
using static TorchSharp.torch;

namespace Espalier.Training;

/// <summary>
/// A data set resident on a device, shared by all trainings that use it: augmented batches to train on, plain ones to test on.
/// </summary>
public sealed class TrainingData : IDisposable
{
    private readonly Lazy<BatchSource> _train,
        _matching,
        _test;
    private readonly bool _isOwner = true;

    /// <summary>Prepares the images on first use.</summary>
    /// <param name="set">Training and test images.</param>
    /// <param name="augmentation">For training batches.</param>
    /// <param name="precision">Type of the image tensors.</param>
    /// <param name="device">Where they live.</param>
    public TrainingData(DataSet set, Augmentation augmentation, Precision precision, Device device)
    {
        Set = set;
        Device = device;
        Precision = precision;
        Augmentation = augmentation;
        _train = new(() => new BatchSource(set.Train, set.Normalization, augmentation, device, precision.ToScalarType()));
        _matching = new(() => new BatchSource(set.Train, set.Normalization, Augmentation.None, device, Precision.Float32.ToScalarType()));
        _test = new(() => new BatchSource(set.Test, set.Normalization, Augmentation.None, device, precision.ToScalarType()));
    }

    private TrainingData(TrainingData whose, ICollective ranks)
    {
        (Set, Device, Precision, Augmentation) = (whose.Set, whose.Device, whose.Precision, whose.Augmentation);
        (_train, _matching, _test, _isOwner, Ranks) = (whose._train, whose._matching, whose._test, false, ranks);
    }

    /// <summary>The same images for other ranks; valid until these are disposed of.</summary>
    internal TrainingData With(ICollective ranks) => new(this, ranks);

    /// <summary>The images.</summary>
    public DataSet Set { get; }

    /// <summary>Where the images live, and so where training runs.</summary>
    public Device Device { get; }

    /// <summary>
    /// The processes that train on these images together, each on its part of every batch; all have the same images. Default: this one
    /// alone.
    /// </summary>
    public ICollective Ranks { get; init; } = Alone.Here;

    /// <summary>Type of the image tensors, and so of the activations.</summary>
    public Precision Precision { get; }

    /// <summary>What is done to training batches.</summary>
    public Augmentation Augmentation { get; }

    /// <summary>Training images, augmented.</summary>
    public BatchSource Train => _train.Value;

    /// <summary>Training images as they are, in float32: what networks are matched on.</summary>
    public BatchSource Matching => _matching.Value;

    /// <summary>Test images.</summary>
    public BatchSource Test => _test.Value;

    /// <summary>Brings the images of training and testing to the device now, and not when they are first used.</summary>
    internal void Prepare() => _ = (Train, Test);

    /// <summary>Frees the images.</summary>
    public void Dispose()
    {
        if (!_isOwner)
            return;
        foreach (Lazy<BatchSource> source in new[] { _train, _matching, _test })
            if (source.IsValueCreated)
                source.Value.Dispose();
    }
}
