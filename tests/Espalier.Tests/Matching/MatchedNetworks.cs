using Espalier.Networks;

namespace Espalier.Tests.Matching;

/// <summary>Networks of every kind of wiring that weights are matched on.</summary>
internal static class MatchedNetworks
{
    /// <summary>By its name; by any other than these a network whose maps are flattened.</summary>
    public static Network Build(string name)
    {
        switch (name)
        {
            case "mlp":
                return Mlp.Build(Shape.Maps(1, 8, 8), 10, depth: 3, width: 32);
            case "resnet":
                return ResNet20.Build(Shape.Maps(3, 8, 8), 10, blocks: 2);
            case "zeropad":
                return ResNet20.Build(Shape.Maps(3, 8, 8), 10, shortcut: ShortcutKind.ZeroPad, blocks: 1);
            case "vgg":
                return Vgg11.Build(Shape.Maps(3, 32, 32), 10);
            default:
                var b = new NetworkBuilder("flattened maps", 1, 6, 6);
                b.Chain(
                    0,
                    ("conv", new Conv(8, 3, 1, 1, Bias: true)),
                    ("relu", new Relu()),
                    ("pool", new MaxPool(2, 2)),
                    ("flatten", new Flatten()),
                    ("fc1", new Linear(16)),
                    ("relu2", new Relu()),
                    ("fc2", new Linear(4))
                );
                return b.Build();
        }
    }
}
