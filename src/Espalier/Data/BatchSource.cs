using Espalier.Networks;
using Espalier.Randomness;
using static TorchSharp.torch;

namespace Espalier.Data;

/// <summary>Turns an image set into batches for one device: shuffled and augmented for training, or in order for evaluation.</summary>
/// <remarks>
/// On the CPU a batch is written straight from the set's bytes through a table of the 256 normalised values a channel has, which needs no
/// memory beyond the set itself; on other devices the padded set lives on the device, an epoch's order and windows are sent there once,
/// and a batch is a gather and a look-up there. Of a set that is not in memory, images are decoded by several threads ahead of whoever
/// takes the batches, which are written on the CPU and sent to the device. All give the same bits. As in torchvision, the border that a
/// crop may reach into is black before normalisation.
/// </remarks>
public sealed class BatchSource : IDisposable
{
    private readonly ImageSet _set;
    private readonly Augmentation _augmentation;
    private readonly IBatchMaker _maker;

    /// <summary>Prepares a set.</summary>
    /// <param name="set">The images.</param>
    /// <param name="normalization">Constants, one a channel.</param>
    /// <param name="augmentation">What <see cref="Epoch"/> does to images.</param>
    /// <param name="device">Where batches are wanted.</param>
    /// <param name="type">Type of the images: float32, bfloat16, float16 or float64.</param>
    /// <exception cref="InputException">The constants are for another number of channels, the augmentation is impossible, or the type is
    /// another one.</exception>
    public BatchSource(ImageSet set, Normalization normalization, Augmentation augmentation, Device device, ScalarType type)
        : this(set, normalization, augmentation, device, type, gather: device.type != TorchSharp.DeviceType.CPU) { }

    /// <summary>Prepares a set and says how batches are made.</summary>
    /// <param name="set">The images.</param>
    /// <param name="normalization">Constants, one a channel.</param>
    /// <param name="augmentation">What <see cref="Epoch"/> does to images.</param>
    /// <param name="device">Where batches are wanted.</param>
    /// <param name="type">Type of the images: float32, bfloat16, float16 or float64.</param>
    /// <param name="gather">Whether to gather on the device (any device) instead of writing batches from the CPU (CPU only).</param>
    /// <exception cref="InputException">The constants are for another number of channels, the augmentation is impossible, or the type is
    /// another one.</exception>
    public BatchSource(ImageSet set, Normalization normalization, Augmentation augmentation, Device device, ScalarType type, bool gather)
    {
        if (normalization.Mean.Count != set.Channels)
            throw new InputException(
                $"The normalisation {normalization} is for {normalization.Mean.Count} channels; images of '{set.Name}' have {set.Channels}."
            );
        if (type is not (ScalarType.Float32 or ScalarType.BFloat16 or ScalarType.Float16 or ScalarType.Float64))
            throw new InputException($"Images of type {type} were asked for; float32, bfloat16, float16 or float64 was expected.");
        int largest = Math.Min(set.Height, set.Width);
        if (augmentation.CropPadding < 0 || augmentation.CropPadding > largest)
            throw new InputException(
                $"The crop padding is {augmentation.CropPadding}; 0 to {largest} were expected for images of {set.Height}x{set.Width}."
            );
        if (augmentation.ResizedCrop?.Validated() is not null && augmentation.CropPadding != 0)
            throw new InputException(
                $"A random part of images and a crop padding of {augmentation.CropPadding} were asked for; expected one of the two."
            );
        if (augmentation.ResizedCrop is not null && set.Channels is not (1 or 3))
            throw new InputException(
                $"Random parts of images were asked for; expected 1 or 3 channels, and images of '{set.Name}' have {set.Channels}."
            );
        (_set, _augmentation, Device, Type) = (set, augmentation, device, type);
        _maker =
            gather && set.IsInMemory && augmentation.ResizedCrop is null
                ? new GatheredBatches(set, normalization, augmentation.CropPadding, device, type)
                : new WrittenBatches(set, normalization, type, device);
    }

    /// <summary>Number of images.</summary>
    public int Count => _set.Count;

    /// <summary>What <see cref="Epoch"/> does to images.</summary>
    public Augmentation Augmentation => _augmentation;

    /// <summary>Where batches are made.</summary>
    public Device Device { get; }

    /// <summary>Type of the images.</summary>
    public ScalarType Type { get; }

    /// <summary>Refuses a network that takes other images or knows another number of classes.</summary>
    /// <exception cref="InputException">It does.</exception>
    public void MustSuit(Network network) => _set.MustSuit(network);

    /// <summary>Refuses a network that takes other images; its classes may be others, where no label is read.</summary>
    /// <exception cref="InputException">It does.</exception>
    public void MustBeSeenBy(Network network) => _set.MustBeSeenBy(network);

    /// <summary>How many batches <see cref="Epoch"/> gives.</summary>
    public int BatchesPerEpoch(int batchSize, bool dropLast = false) => dropLast ? Count / batchSize : (Count - 1) / batchSize + 1;

    /// <summary>
    /// All images once, shuffled and augmented. Nothing is drawn before the first batch is taken; enumerate the result once.
    /// </summary>
    /// <param name="random">
    /// Gives the order first; then, for each image in that order, the flip (if there are flips), the row and the column of its window (if
    /// there is padding). For random parts of images, it gives one number after the order, which names a stream for each image.
    /// What an image looks like therefore does not depend on the batch size.
    /// </param>
    /// <param name="batchSize">Images a batch, 1 to <see cref="Count"/>.</param>
    /// <param name="dropLast">Whether to leave out the last batch if it is smaller.</param>
    /// <param name="skip">
    /// Batches to pass over, at least 0: theirs is drawn like that of all others, but their images are not made. Those that follow are what
    /// they are without.
    /// </param>
    /// <param name="shard">
    /// The part of every batch to make; what the images of the others would have drawn is drawn all the same. Default: all of it.
    /// </param>
    /// <returns>
    /// Batches, detached from any dispose scope: dispose of each, as in <c>foreach (Batch batch in …) using (batch) { … }</c>.
    /// </returns>
    /// <exception cref="InputException">The batch size is impossible.</exception>
    public IEnumerable<Batch> Epoch(RandomStream random, int batchSize, bool dropLast = false, int skip = 0, Shard shard = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(skip);
        if (batchSize < 1 || batchSize > Count)
            throw new InputException($"The batch size is {batchSize}; '{_set.Name}' has 1 to {Count} images to give.");
        CheckBytes(batchSize);
        return Batches(() => random.NextOrder(Count), Drawn(random), batchSize, dropLast, skip, shard);
    }

    /// <summary>All images once, in order and as they are.</summary>
    /// <param name="batchSize">Images a batch, at least 1; more than <see cref="Count"/> means all in one.</param>
    /// <param name="shard">The batches to make, whole ones, of all of them. Default: all.</param>
    /// <returns>
    /// Batches, detached from any dispose scope: dispose of each, as in <c>foreach (Batch batch in …) using (batch) { … }</c>.
    /// </returns>
    /// <exception cref="InputException">The batch size is impossible.</exception>
    public IEnumerable<Batch> InOrder(int batchSize, Shard shard = default)
    {
        if (batchSize < 1)
            throw new InputException($"The batch size is {batchSize}; at least 1 was expected.");
        batchSize = Math.Min(batchSize, Count);
        CheckBytes(batchSize);
        (int first, int end) = shard.Of(BatchesPerEpoch(batchSize));
        return Batches(
            () => [.. Enumerable.Range(first * batchSize, Math.Min(end * batchSize, Count) - first * batchSize)],
            () => (null, image => new Placement(image, false, 0, 0)),
            batchSize,
            dropLast: false
        );
    }

    /// <summary>Frees what is kept on the device.</summary>
    public void Dispose() => _maker.Dispose();

    /// <summary>Called once the order was drawn.</summary>
    private Func<(EpochCrop? Crop, Func<int, Placement> Place)> Drawn(RandomStream random) =>
        () =>
        {
            if (_augmentation.ResizedCrop is not { } crop)
                return (null, image => Draw(image, random));
            var epoch = new EpochCrop(crop, _augmentation.Flip, (long)random.NextBits());
            return (epoch, image => new Placement(image, epoch.Flip(image), 0, 0));
        };

    private IEnumerable<Batch> Batches(
        Func<int[]> order,
        Func<(EpochCrop? Crop, Func<int, Placement> Place)> draws,
        int batchSize,
        bool dropLast,
        int skip = 0,
        Shard shard = default
    )
    {
        int[] images = order();
        (EpochCrop? crop, Func<int, Placement> place) = draws();
        int taken = dropLast ? images.Length / batchSize * batchSize : images.Length,
            skipped = (int)Math.Min((long)skip * batchSize, taken);
        if (skipped == taken)
            yield break;
        // Those that are passed over, and those of other ranks, use up what they would have drawn.
        Placement[] all = [.. images.Take(taken).Select(place)];
        (int Start, int Count, int Whole)[] parts = [.. Parts(skipped, taken, batchSize, shard)];
        Placement[] own = [.. parts.SelectMany(part => new ArraySegment<Placement>(all, part.Start, part.Count))];
        using IBatchPass pass = _maker.Begin(own, crop);
        foreach ((_, int count, int whole) in parts)
            yield return pass.Next(count) with
            {
                Whole = whole,
            };
    }

    /// <summary>Of each batch the part to make, and how many images the batch has.</summary>
    private static IEnumerable<(int Start, int Count, int Whole)> Parts(int skipped, int taken, int batchSize, Shard shard)
    {
        for (int start = skipped; start < taken; start += batchSize)
        {
            int whole = Math.Min(batchSize, taken - start);
            (int first, int end) = shard.Of(whole);
            yield return (start + first, end - first, whole);
        }
    }

    private Placement Draw(int image, RandomStream random)
    {
        int padding = _augmentation.CropPadding;
        bool flip = _augmentation.Flip && random.NextInt(2) == 1;
        int row = padding == 0 ? 0 : random.NextInt(2 * padding + 1) - padding;
        int column = padding == 0 ? 0 : random.NextInt(2 * padding + 1) - padding;
        return new Placement(image, flip, row, column);
    }

    private void CheckBytes(int batchSize)
    {
        if ((long)batchSize * _set.ImageSize * sizeof(double) > Array.MaxLength)
            throw new InputException(
                $"A batch of {Counted.Of(batchSize, "image")} of {_set.Height}x{_set.Width}x{_set.Channels} is too large; "
                    + $"at most {Array.MaxLength / sizeof(double) / _set.ImageSize} fit."
            );
    }
}
