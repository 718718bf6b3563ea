using Espalier.Networks;

namespace Espalier.Tests.Matching;

/// <summary>A network whose residual stream may be cut.</summary>
internal static class UntiedNetwork
{
    /// <summary>A stream of four units, written three times and read three times.</summary>
    public static Network Small
    {
        get
        {
            var b = new NetworkBuilder("small", 3, 8, 8);
            int x = b.Chain(0, ("stem", new Conv(4, 3, 1, 1)), ("relu", new Relu()));
            for (int block = 0; block < 2; block++)
            {
                string name = $"block{block}";
                int r = b.Chain(
                    x,
                    ($"{name}.conv1", new Conv(3, 3, 1, 1)),
                    ($"{name}.relu", new Relu()),
                    ($"{name}.conv2", new Conv(4, 1))
                );
                x = b.Then($"{name}.out", new Relu(), b.Then($"{name}.add", new Add(), r, x));
            }
            b.Chain(x, ("pool", new GlobalAveragePool()), ("flatten", new Flatten()), ("head", new Linear(4)));
            return b.Build();
        }
    }
}
