using Espalier.Networks;
using Espalier.Randomness;

namespace Espalier.Tests.Support;

/// <summary>Random valid networks over every operation with every attribute, several blocks deep.</summary>
internal static partial class AnyNetworks
{
    public static Network Graph(RandomStream random) => new Draft(random).Build();

    private sealed partial class Draft(RandomStream random)
    {
        private readonly NetworkBuilder _b = new("any", 1 + random.NextInt(3), 8 + random.NextInt(4), 8 + random.NextInt(4));
        private int _x,
            _block;

        private Shape Here => _b.ShapeOf(_x);

        private int Channels => Here.Channels;

        public Network Build()
        {
            _x = _b.Chain(0, ("stem", new Conv(4 + random.NextInt(5), 3, 1, 1, Bias: Coin())), ("stem.f", Nonlinearity()));
            for (_block = 0; _block < 4; _block++)
            {
                Block();
                Then(".out", Coin() ? new Relu() : Nonlinearity());
            }
            if (random.NextInt(3) == 0)
                Sequence();
            else if (Coin())
                Then(
                    "pool",
                    Coin() ? new GlobalAveragePool() : new AdaptiveAveragePool(new Extent(1 + random.NextInt(2), 1 + random.NextInt(2)))
                );
            Then("flatten", new Flatten());
            Then("hidden", new Linear(5));
            Then("hidden.norm", Coin() ? new LayerNorm() : new BatchNorm(Affine: false));
            if (Coin())
                Then("hidden.scale", new Scale(0.5));
            Then("hidden.f", Nonlinearity());
            _x = _b.Then("head", new Linear(3), _x);
            return _b.Build();
        }

        private void Block()
        {
            switch (random.NextInt(21))
            {
                case 0:
                    Residual();
                    break;
                case 1:
                    SqueezeAndExcite();
                    break;
                case 2 or 12 or 13 or 16:
                    Grouped();
                    break;
                case 3:
                    Joined();
                    break;
                case 4:
                    int wider = Channels + 2 * (1 + random.NextInt(2)),
                        before = _x;
                    Then(".conv", new Conv(wider, 3, 2, 1));
                    _x = _b.Then(Name(".add"), new Add(), _x, _b.Then(Name(".shortcut"), new PadShortcut(wider, 2), before));
                    break;
                case 5 when Here is { Height: >= 4, Width: >= 4 }:
                    Then(".pool", AnyOperations.Pool(random));
                    break;
                case 6:
                    Then(".norm", Norm());
                    break;
                case 7:
                    ConvNeXt();
                    break;
                case 8:
                    Then(".depthwise", new DepthwiseConv(new Extent(3, 1), 1, new Extent(1, 0), Coin()));
                    Then(".dropout", new Dropout(0.3));
                    break;
                case 9 when Here is { Height: >= 5, Width: >= 5 }:
                    Then(
                        ".conv",
                        new Conv(2 + random.NextInt(5), new Extent(3, 2), new Extent(1, 2), new Extent(2, 1), Coin(), new Extent(2, 1))
                    );
                    break;
                case 10 when Here is { Height: <= 12, Width: <= 12 }:
                    Then(".up", AnyOperations.Upsample(Here, random));
                    break;
                case 11 when Here is { Height: >= 4, Width: >= 4 }:
                    DownAndUp();
                    break;
                case 14 or 15 when Here is { Height: <= 12, Width: <= 12 }:
                    Then(".transposed", AnyOperations.Transposed(random));
                    break;
                case 18 or 19 or 20:
                    Shared();
                    break;
                default:
                    Then(".conv", new Conv(2 + random.NextInt(6), 3, 1, 1, Coin()));
                    Then(".identity", new Identity());
                    break;
            }
        }

        private void Residual()
        {
            int x = _x,
                channels = Channels;
            Then(".conv1", new Conv(2 + random.NextInt(5), 3, 1, 1));
            Then(".bn1", new BatchNorm(Affine: Coin()));
            Then(".f", Nonlinearity());
            Then(".conv2", new Conv(channels, 1, 1, 0, Bias: true));
            if (Coin())
                _x = _b.Then(Name(".add"), new Add(), _x, x);
            else
                _x = _b.Then(Name(".add"), new Add(), _x, _b.Then(Name(".third"), new Conv(channels, 1), x), x);
        }

        private void SqueezeAndExcite()
        {
            int x = _x,
                channels = Channels;
            Then(".squeeze", new AdaptiveAveragePool(1));
            Then(".fc1", new Conv(3, 1, Bias: true));
            Then(".f", new Silu());
            Then(".fc2", new Conv(channels, 1, Bias: true));
            Then(".gate", Coin() ? new Sigmoid() : new HardSigmoid());
            _x = Coin() ? _b.Then(Name(".scale"), new Multiply(), _x, x) : _b.Then(Name(".scale"), new Multiply(), x, _x);
            if (Coin()) // attention over positions: one channel stretched
                _x = _b.Then(Name(".where"), Coin() ? new Multiply() : new Add(), _b.Then(Name(".map"), new Conv(1, 1), x), _x);
        }

        /// <summary>As ResNeXt has them, as depthwise, with a multiplier, and where something else pins the blocks.</summary>
        private void Grouped()
        {
            int groups = 2 + random.NextInt(2),
                inner = groups * (1 + random.NextInt(3)),
                x = _x;
            if (random.NextInt(4) > 0)
            {
                Then(".conv1", new Conv(inner, 1));
                Then(".bn1", new BatchNorm());
                Then(".f1", new Relu());
            }
            else
            {
                inner = Channels;
                groups = Enumerable.Range(2, inner - 1).First(divisor => inner % divisor == 0);
            }
            int outs = groups * (1 + random.NextInt(3));
            Then(".conv2", new Conv(outs, 3, 1, 1, Coin(), Groups: groups));
            if (Coin())
                Then(".bn2", new BatchNorm());
            Then(".f2", Nonlinearity());
            if (random.NextInt(3) == 0)
                Then(".conv3", new Conv(groups * 2, 1, Groups: Coin() || Channels % 2 > 0 ? groups : 1));
            if (random.NextInt(3) == 0)
                _x = _b.Then(Name(".concat"), new Concat(), _x, x);
        }

        private void Joined()
        {
            int x = _x;
            int[] parts =
            [
                .. Enumerable
                    .Range(0, 2 + random.NextInt(2))
                    .Select(i => _b.Then(Name($".part{i}"), new Conv(1 + random.NextInt(3), 1), x)),
            ];
            _x = _b.Then(Name(".concat"), new Concat(), parts);
            int other = _b.Then(Name(".other"), new Conv(Channels, 1), x);
            _x = _b.Then(Name(".add"), new Add(), _x, other);
        }

        /// <summary>As in a U-Net: what is made small and large again is joined or added to what it came from.</summary>
        private void DownAndUp()
        {
            Shape before = Here;
            int x = _x;
            Then(".down", new MaxPool(2, 2));
            Then(".inner", new Conv(before.Channels, 3, 1, 1, Coin()));
            Then(".inner.f", Nonlinearity());
            Then(".up", new Upsample(Size: new Extent(before.Height, before.Width), Mode: AnyOperations.Mode(random)));
            _x = _b.Then(Name(".join"), Coin() ? new Add() : new Concat(), _x, x);
        }

        private void ConvNeXt()
        {
            int x = _x,
                channels = Channels;
            Then(".0", new Conv(channels, 3, 1, 1, Bias: true, Groups: channels));
            Then(".2", channels > 1 ? new LayerNorm2d(1e-6) : new Identity());
            Then(".3", new Linear(6, Along: LinearAxis.Channels));
            Then(".4", new Gelu());
            Then(".5", new Linear(channels, Along: LinearAxis.Channels));
            Then(".layer_scale", new Scale(0.3, Vector: Coin()));
            _x = _b.Then(Name(".add"), new Add(), _x, x);
        }

        /// <summary>A transformer's or a mixer's layer on tokens.</summary>
        private void Sequence()
        {
            int channels = 6;
            bool hasClass = Coin();
            Then("patches", new Conv(channels, 2, 2));
            Then("tokens", new Tokens());
            if (hasClass)
                Then("class_token", new ClassToken());
            if (Coin())
                Then("places", new PositionEmbedding());
            int x = _x;
            Then("ln", new LayerNorm2d(1e-6));
            if (Coin())
            {
                int heads = 1 + random.NextInt(3);
                Then("in_proj", new Linear(3 * 2 * heads, Along: LinearAxis.Channels, Underscore: Coin()));
                Then("heads", new Attention(heads));
                Then("out_proj", new Linear(channels, Along: LinearAxis.Channels));
            }
            else
            {
                int tokens = Here.Height;
                Then("to_tokens", new Transpose());
                Then("fc1", new Linear(5, Along: LinearAxis.Channels));
                Then("act", new Gelu());
                if (Coin())
                    Then("mid", new Conv(5, 1)); // tells positions apart: channels are held
                Then("fc2", new Linear(tokens, Along: LinearAxis.Channels));
                Then("to_channels", new Transpose());
            }
            _x = _b.Then("sum", new Add(), _x, x);
            Then("last", hasClass ? new Token() : new GlobalAveragePool());
        }

        private Operation Norm() => AnyOperations.Norm(Here, random);

        private Operation Nonlinearity() => AnyOperations.Nonlinearity(Here, random);

        private bool Coin() => random.NextInt(2) == 0;

        private string Name(string suffix) => suffix.StartsWith('.') ? $"block{_block}{suffix}" : suffix;

        private void Then(string suffix, Operation operation) => _x = _b.Then(Name(suffix), operation, _x);
    }
}
