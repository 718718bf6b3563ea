using Espalier.Networks;
using Espalier.Randomness;

namespace Espalier.Tests.Support;

/// <summary>Random operations of one sort, with random attributes.</summary>
internal static class AnyOperations
{
    /// <summary>A norm of maps of this shape.</summary>
    public static Operation Norm(Shape here, RandomStream random)
    {
        int channels = here.Channels;
        int[] divisors = [.. Enumerable.Range(1, channels).Where(d => channels % d == 0 && (channels / d > 1 || here.Positions > 1))];
        return random.NextInt(4) switch
        {
            0 when channels > 1 => new LayerNorm2d(1e-6),
            1 when here.Positions > 1 => new InstanceNorm(Affine: Coin(random)),
            2 when divisors.Length > 0 => new GroupNorm(divisors[random.NextInt(divisors.Length)], Affine: Coin(random)),
            _ => new BatchNorm(Affine: Coin(random)),
        };
    }

    /// <summary>A pool of maps of at least 4×4.</summary>
    public static Operation Pool(RandomStream random) =>
        random.NextInt(4) switch
        {
            0 => new MaxPool(3, 2, 1, CeilMode: Coin(random)),
            1 => new MaxPool(2, new Extent(1, 2), 0, new Extent(2, 1)),
            2 => new AveragePool(3, 2, 1, CeilMode: Coin(random), CountPadding: Coin(random)),
            _ => new AveragePool(new Extent(2, 3), 1),
        };

    /// <summary>Maps of another size, by a factor or to one that is no multiple.</summary>
    public static Operation Upsample(Shape here, RandomStream random) =>
        Coin(random)
            ? new Upsample(new Extent(1 + random.NextInt(2), 2), Mode: Mode(random))
            : new Upsample(Size: new Extent(here.Height + 1, here.Width + random.NextInt(3)), Mode: Mode(random));

    /// <summary>A transposed convolution that makes maps larger, or keeps their size.</summary>
    public static ConvTranspose Transposed(RandomStream random)
    {
        int channels = 2 + random.NextInt(5);
        return random.NextInt(4) switch
        {
            0 => new ConvTranspose(channels, 2, 2, Bias: Coin(random)),
            1 => new ConvTranspose(channels, 3, new Extent(1, 2), 1, new Extent(0, 1), Coin(random)),
            2 => new ConvTranspose(channels, new Extent(2, 3), 1, new Extent(1, 1), 0, Coin(random), new Extent(2, 1)),
            _ => new ConvTranspose(channels, 1, Bias: Coin(random)),
        };
    }

    /// <summary>Either way to come by what lies between positions.</summary>
    public static Upsampling Mode(RandomStream random) => Coin(random) ? Upsampling.Nearest : Upsampling.Bilinear;

    /// <summary>Any nonlinearity; of a single channel no softmax, which would be 1 everywhere.</summary>
    public static Operation Nonlinearity(Shape here, RandomStream random) =>
        random.NextInt(10) switch
        {
            0 => new Relu6(),
            1 => new LeakyRelu(0.1),
            2 => new Gelu(),
            3 => new Silu(),
            4 => new HardSwish(),
            5 => new Sigmoid(),
            6 => new HardSigmoid(),
            7 => new Tanh(),
            8 when here.Channels > 1 => new Softmax(),
            _ => new Relu(),
        };

    private static bool Coin(RandomStream random) => random.NextInt(2) == 0;
}
