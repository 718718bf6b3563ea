namespace Espalier.Data;

/// <summary>For each place of a resized line, where it begins in the source, and the weights from there.</summary>
internal sealed class ResamplingTaps
{
    public const int Bits = 22,
        Half = 1 << (Bits - 1);

    /// <summary>Weights have 23 bits, and words of 16 bits are multiplied by twos: the lower ones in a word, the rest in another.</summary>
    public const int LowBits = 15;

    /// <summary>Places of the source that a vector takes at a time.</summary>
    public const int Together = 4;

    private readonly int[] _ends;
    private readonly int[] _weights;
    private int[]? _fours;
    private int[]? _fourEnds;

    /// <summary>Of places [begin, begin + count) where a length becomes another.</summary>
    public ResamplingTaps(int length, int wanted, int begin, int count)
    {
        double scale = (double)length / wanted,
            support = Math.Max(scale, 1),
            inverse = 1 / support;
        First = new int[count];
        _ends = new int[count + 1];
        List<int> weights = new(count * 4);
        double[] exact = new double[(int)(2 * support) + 3];
        for (int i = 0; i < count; i++)
        {
            double centre = (begin + i + 0.5) * scale,
                total = 0;
            First[i] = Math.Max(0, (int)(centre - support + 0.5));
            int taps = Math.Min(length, (int)(centre + support + 0.5)) - First[i];
            for (int k = 0; k < taps; k++)
                total += exact[k] = Math.Max(0, 1 - Math.Abs((k + First[i] - centre + 0.5) * inverse));
            for (int k = 0; k < taps; k++)
                weights.Add((int)(0.5 + exact[k] / total * (1 << Bits)));
            _ends[i + 1] = weights.Count;
        }
        _weights = [.. weights];
    }

    /// <summary>Where each place begins in the source.</summary>
    public int[] First { get; }

    /// <summary>The first place of the source that is looked at.</summary>
    public int Begin => First[0];

    /// <summary>The one behind the last.</summary>
    public int End => First[^1] + _ends[^1] - _ends[^2];

    /// <summary>The weights of a place.</summary>
    public ReadOnlySpan<int> WeightsOf(int place) => _weights.AsSpan(_ends[place], _ends[place + 1] - _ends[place]);

    /// <summary>
    /// The weights of a place in fours, zeros behind the last: the lower parts of the first two as words of one number, of the other two,
    /// and the same of the upper parts.
    /// </summary>
    public ReadOnlySpan<int> FoursOf(int place)
    {
        if (_fours is null)
            MakeFours();
        return _fours.AsSpan(_fourEnds![place], _fourEnds[place + 1] - _fourEnds[place]);
    }

    /// <summary>Two words in one number.</summary>
    public static int Words(int first, int second) => first | (second << 16);

    private void MakeFours()
    {
        const int Low = (1 << LowBits) - 1;
        _fourEnds = new int[_ends.Length];
        List<int> fours = new(_weights.Length * 2);
        Span<int> four = stackalloc int[Together];
        for (int place = 0; place < First.Length; place++)
        {
            ReadOnlySpan<int> weights = WeightsOf(place);
            for (int k = 0; k < weights.Length; k += Together)
            {
                four.Clear();
                weights[k..Math.Min(k + Together, weights.Length)].CopyTo(four);
                fours.Add(Words(four[0] & Low, four[1] & Low));
                fours.Add(Words(four[2] & Low, four[3] & Low));
                fours.Add(Words(four[0] >> LowBits, four[1] >> LowBits));
                fours.Add(Words(four[2] >> LowBits, four[3] >> LowBits));
            }
            _fourEnds[place + 1] = fours.Count;
        }
        _fours = [.. fours];
    }
}
