using Espalier.Connectivity;
using Espalier.Data;
using Espalier.Execution;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Runtime;
using Espalier.Training;
using Espalier.Weights;
using static TorchSharp.torch;

namespace Espalier.Tests.Support;

/// <summary>Two networks trained on small images from different initializations, and what to evaluate them on.</summary>
internal sealed class TrainedPair : IDisposable
{
    public TrainedPair(Network network, int epochs = 3)
    {
        Data = new TrainingData(TinyImages.Make(), Augmentation.None, Precision.Float32, CPU);
        var options = new TrainingOptions
        {
            Epochs = epochs,
            BatchSize = 32,
            LearningRate = 0.05,
            Precision = Precision.Float32,
        };
        WeightSet Train(string name)
        {
            using WeightSet start = Initialization.KaimingNormal(network, new RandomStream(0, name));
            return new Trainer(options, Data).Train(new TrainingRun(start, null, 0, $"{name}.data")).Final;
        }
        (A, B) = (Train("A"), Train("B"));
        Images = new StatisticsImages(Data.Matching, 128);
    }

    public static Network Mlp => Espalier.Networks.Mlp.Build(Shape.Maps(3, 8, 8), 4, depth: 2, width: 24);

    public static Network ResNet => ResNet20.Build(Shape.Maps(3, 8, 8), 4, blocks: 1);

    /// <summary>Depthwise and plain convolutions with bias, a group-norm, and a linear layer.</summary>
    public static Network Mixed
    {
        get
        {
            var b = new NetworkBuilder("mixed", 3, 8, 8);
            b.Chain(
                0,
                ("conv", new Conv(8, 3, 1, 1, Bias: true)),
                ("relu1", new Relu()),
                ("depthwise", new DepthwiseConv(3, 1, 1, Bias: true)),
                ("norm", new GroupNorm()),
                ("relu2", new Relu()),
                ("pool", new MaxPool(2, 2)),
                ("flatten", new Flatten()),
                ("fc", new Linear(12)),
                ("relu3", new Relu()),
                ("head", new Linear(4))
            );
            return b.Build();
        }
    }

    public TrainingData Data { get; }

    public WeightSet A { get; }

    public WeightSet B { get; }

    public StatisticsImages Images { get; }

    public static Network Named(string name) =>
        name switch
        {
            "mlp" => Mlp,
            "resnet" => ResNet,
            _ => Mixed,
        };

    /// <summary>(1 − α)·A + α·B, of statistics too.</summary>
    public WeightSet Middle(double alpha) => Between(A, B, alpha);

    public static WeightSet Between(WeightSet a, WeightSet b, double alpha)
    {
        using var scope = NewDisposeScope();
        Tensor Part(Tensor x, Tensor y) =>
            x.to(ScalarType.Float64)
                .Times(1 - alpha)
                .Plus(y.to(ScalarType.Float64).Times(alpha))
                .to(ScalarType.Float32)
                .MoveToOuterDisposeScope();
        return new WeightSet(a.Layout, Part(a.Values, b.Values), Part(a.Statistics, b.Statistics));
    }

    public static bool Close(WeightSet a, WeightSet b)
    {
        using var scope = NewDisposeScope();
        return allclose(a.Values, b.Values, 1e-4, 1e-6) && allclose(a.Statistics, b.Statistics, 1e-4, 1e-6);
    }

    public float[] Logits(WeightSet weights)
    {
        using var scope = NewDisposeScope();
        using Batch batch = Data.Test.InOrder(64).First();
        return weights.Logits(batch.Images).data<float>().ToArray();
    }

    public void Dispose()
    {
        A.Dispose();
        B.Dispose();
        Images.Dispose();
        Data.Dispose();
    }
}
