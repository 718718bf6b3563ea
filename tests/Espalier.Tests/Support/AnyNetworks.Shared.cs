using Espalier.Networks;

namespace Espalier.Tests.Support;

/// <content>Nodes that use others' arrays.</content>
internal static partial class AnyNetworks
{
    private sealed partial class Draft
    {
        /// <summary>Arrays used again: one step after another, on two ways side by side, or by a layer with its norm and scale.</summary>
        private void Shared()
        {
            int x = _x,
                channels = Channels,
                at;
            bool bias = Coin();
            switch (random.NextInt(5))
            {
                case 0:
                    Then(".step", new Conv(channels, 3, 1, 1, bias));
                    Then(".f1", Nonlinearity());
                    _x = _b.Sharing(at = _b.Then(Name(".first"), new Conv(channels, 3, 1, 1, bias), _x), Name(".again"), Step(2), at);
                    break;
                case 1:
                    int left = _b.Then(Name(".left"), new Conv(channels, 1), x);
                    int one = _b.Then(Name(".twin0"), new Conv(2 + random.NextInt(4), 3, 1, 1, bias), left);
                    int two = _b.Sharing(one, Name(".twin1"), new Conv(_b.ShapeOf(one).Channels, 3, 1, 2, bias, Dilation: 2), x);
                    _x = _b.Then(Name(".join"), Coin() ? new Concat() : new Multiply(), one, two);
                    break;
                case 2:
                    Operation op = Coin() ? new DepthwiseConv(3, 1, 1, bias) : new Conv(channels, 3, 1, 1, bias, Groups: Divisor(channels));
                    Then(".one", op);
                    at = _x;
                    Then(".f1", new Relu());
                    _x = _b.Sharing(at, Name(".two"), op, _x);
                    break;
                case 3:
                    Then(".up", new ConvTranspose(channels, 3, 1, 1, Bias: bias));
                    at = _x;
                    Then(".f1", Nonlinearity());
                    _x = _b.Then(
                        Name(".add"),
                        new Add(),
                        _b.Sharing(at, Name(".up2"), new ConvTranspose(channels, 3, 1, 1, Bias: bias), _x),
                        x
                    );
                    break;
                default:
                    (string Name, Operation Operation)[] layer =
                    [
                        ("norm", channels > 1 ? new LayerNorm2d(1e-6) : new Identity()),
                        ("fc", new Linear(channels, Along: LinearAxis.Channels)),
                        ("f", new Gelu()),
                        ("scale", new Scale(0.5, Vector: bias)),
                    ];
                    var first = new Dictionary<string, int>();
                    for (int depth = 0; depth < 2; depth++)
                    {
                        x = _x;
                        foreach ((string name, Operation part) in layer)
                        {
                            string called = Name($".{name}{depth}");
                            _x =
                                first.TryGetValue(name, out at) && part is not (Gelu or Identity)
                                    ? _b.Sharing(at, called, part, _x)
                                    : first[name] = _b.Then(called, part, _x);
                        }
                        _x = _b.Then(Name($".add{depth}"), new Add(), _x, x);
                    }
                    break;
            }
            Conv Step(int dilation) => new(channels, 3, 1, dilation, bias, Dilation: dilation);
        }

        private static int Divisor(int channels) => channels == 1 ? 1 : Enumerable.Range(2, channels - 1).First(by => channels % by == 0);
    }
}
