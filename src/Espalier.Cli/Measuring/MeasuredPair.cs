using Espalier.Data;
using Espalier.Execution;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Training;
using Espalier.Weights;
using TorchSharp;

namespace Espalier.Cli.Measuring;

/// <summary>Two networks of one graph, shortly trained so that their statistics are those of images, and images for both.</summary>
internal sealed class MeasuredPair : IDisposable
{
    private readonly DataSet _set;

    /// <param name="model">A network by name.</param>
    /// <param name="images">Images.</param>
    /// <param name="device">Where it is trained.</param>
    public MeasuredPair(string model, int images, torch.Device device)
    {
        var invented = new InventedImages();
        Network network = invented.Network(model);
        _set = invented.Make(images, images);
        var options = new TrainingOptions
        {
            Epochs = 1,
            BatchSize = Math.Min(128, images),
            LearningRate = 0.02,
            Precision = Precision.Float32,
            EvaluateEvery = 0,
        };
        DataSet few = _set with { Train = _set.Train.Take(Math.Min(images, 2560)) };
        using var data = new TrainingData(few, Augmentation.None, Precision.Float32, device);
        WeightSet Trained(string name)
        {
            using WeightSet start = Initialization.KaimingNormal(network, new RandomStream(0, $"{name}.init"));
            return new Trainer(options, data).Train(new TrainingRun(start, null, 0, $"{name}.data")).Final;
        }
        (A, B) = (Trained("A"), Trained("B"));
    }

    public WeightSet A { get; }

    public WeightSet B { get; }

    /// <summary>All images, plain, in float32.</summary>
    public BatchSource Images(torch.Device device) =>
        new(_set.Train, _set.Normalization, Augmentation.None, device, Precision.Float32.ToScalarType());

    public void Dispose()
    {
        A.Dispose();
        B.Dispose();
    }
}
