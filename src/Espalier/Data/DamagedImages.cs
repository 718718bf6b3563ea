namespace Espalier.Data;

/// <summary>What becomes of images that cannot be decoded: refused, or each named once and replaced by the next one of its class.</summary>
/// <param name="labels">Of all images.</param>
/// <param name="options">Whether they are skipped, and who hears of it.</param>
internal sealed class DamagedImages(ReadOnlyMemory<int> labels, OwnImageOptions options)
{
    // More is no accident, but another folder than was meant.
    private const double MostShare = 0.01;

    private readonly HashSet<int> _known = [];
    private readonly Lock _lock = new();

    /// <summary>Whether so many damaged ones of all are refused.</summary>
    public static bool AreTooMany(int damaged, int all) => damaged > Math.Max(1, all * MostShare);

    /// <summary>Whether an image is known to be damaged.</summary>
    public bool IsKnown(int image)
    {
        if (options.SkipsDamaged != true)
            return false;
        lock (_lock)
            return _known.Contains(image);
    }

    /// <summary>Decodes; null where it is damaged and skipped.</summary>
    /// <exception cref="InputException">It is damaged and to be refused, or too many are.</exception>
    public DecodedWindow? Try(int image, Func<DecodedWindow> decode)
    {
        try
        {
            return decode();
        }
        catch (InputException fault) when (options.SkipsDamaged == true)
        {
            lock (_lock)
            {
                if (!_known.Add(image))
                    return null;
                if (AreTooMany(_known.Count, labels.Length))
                    throw new InputException(
                        $"{_known.Count} of {labels.Length} images are damaged, more than one in a hundred: the last is {fault.Message}",
                        fault
                    );
            }
            options.Note?.Invoke($"{fault.Message.TrimEnd('.')}: the next image of its class takes its place");
            return null;
        }
    }

    /// <summary>The next image of the same class, after the last the first.</summary>
    /// <exception cref="InputException">No image of the class is left.</exception>
    public int InPlaceOf(int image)
    {
        ReadOnlySpan<int> all = labels.Span;
        for (int step = 1; step < all.Length; step++)
        {
            int next = (image + step) % all.Length;
            if (all[next] == all[image] && !IsKnown(next))
                return next;
        }
        throw new InputException($"No image of class {all[image]} can be decoded; expected one at least.");
    }
}
