using Espalier.Files;
using Espalier.Randomness;

namespace Espalier.Data;

/// <summary>
/// Images and labels as arrays of one file: <c>images</c> and <c>labels</c> (or <c>x</c> and <c>y</c>), or such arrays of training and test
/// images, <c>train_images</c>, <c>x_train</c>, <c>test_labels</c> and so on.
/// </summary>
internal static class ArrayImages
{
    private static readonly string[] s_images = ["images", "x", "data", "X"],
        s_labels = ["labels", "y", "targets", "label", "Y"],
        s_test = ["test", "val", "valid"];

    /// <summary>Reads a file.</summary>
    public static (ImageSet Train, ImageSet Test) Read(string title, string path, OwnImageOptions options)
    {
        TensorFile file = NpzFile.IsOne(path) ? NpzFile.Read(path) : TensorFile.Read(path);
        if (Part(file, "train") is { } train)
        {
            (StoredTensor, StoredTensor) test =
                s_test.Select(part => Part(file, part)).FirstOrDefault(part => part is not null)
                ?? throw new InputException($"'{path}' has arrays of training images, but none of test images, such as 'test_images'.");
            (Pixels trained, int[] classes) = Pixels.Of(file.Path, train.Images, train.Labels);
            (Pixels tested, int[] others) = Pixels.Of(file.Path, test.Item1, test.Item2);
            int count = classes.Concat(others).Max() + 1;
            return (trained.Set($"{title}/train", classes, count), tested.Set($"{title}/test", others, count));
        }
        (StoredTensor Images, StoredTensor Labels) all =
            Part(file, null)
            ?? throw new InputException(
                $"'{path}' has no arrays called 'images' and 'labels', nor 'train_images' and 'train_labels'; it has "
                    + $"{string.Join(", ", file.InOrder.Take(8).Select(tensor => $"'{FileFaults.Shorten(tensor.Name)}'"))}."
            );
        (Pixels pixels, int[] labels) = Pixels.Of(file.Path, all.Images, all.Labels);
        int[] order = new RandomStream(options.SplitSeed, "images.split").NextOrder(labels.Length);
        int drawn = Math.Clamp((int)Math.Round(labels.Length * options.TestShare), 1, labels.Length - 1);
        return (
            pixels.Taken([.. order.Skip(drawn).Order()]).Set($"{title}/train", Of(labels, order.Skip(drawn).Order()), labels.Max() + 1),
            pixels.Taken([.. order.Take(drawn).Order()]).Set($"{title}/test", Of(labels, order.Take(drawn).Order()), labels.Max() + 1)
        );
    }

    private static int[] Of(int[] labels, IEnumerable<int> which) => [.. which.Select(i => labels[i])];

    private static (StoredTensor Images, StoredTensor Labels)? Part(TensorFile file, string? part)
    {
        StoredTensor? Find(string[] names) =>
            names
                .SelectMany(name => part is null ? [name] : new[] { $"{part}_{name}", $"{name}_{part}", $"{part}.{name}" })
                .Select(name => file.Tensors.GetValueOrDefault(name))
                .FirstOrDefault(tensor => tensor is not null);
        return Find(s_images) is { } images && Find(s_labels) is { } labels ? (images, labels) : null;
    }

    /// <summary>Images in the order that sets have, N, H, W, C.</summary>
    private sealed record Pixels(int Height, int Width, int Channels, ReadOnlyMemory<byte> Bytes)
    {
        private const int MostChannels = 4,
            MostClasses = 1 << 20;

        private int Size => Height * Width * Channels;

        public static (Pixels, int[] Labels) Of(string path, StoredTensor images, StoredTensor labels)
        {
            if (images.Type != TensorType.UInt8)
                throw new InputException($"'{path}': {images} are images; expected bytes (U8), 0 to 255.");
            IReadOnlyList<long> s = images.Shape;
            bool last = s.Count == 4 && s[3] <= MostChannels,
                first = s.Count == 4 && !last && s[1] <= MostChannels;
            if (s.Count is not (3 or 4) || s.Any(length => length is < 1 or > int.MaxValue) || (s.Count == 4 && !last && !first))
                throw new InputException(
                    $"'{path}': {images} are images; expected [N, H, W], [N, H, W, C] or [N, C, H, W] with at most {MostChannels} channels."
                );
            int[] found = labels.ToWhole();
            if (found.Length != s[0] || labels.Shape.Skip(1).Any(length => length != 1))
                throw new InputException($"'{path}': {labels} are labels of {images}; expected one for each image.");
            if (found.Min() < 0)
                throw new InputException($"'{path}': a label is {found.Min()}; expected none below 0.");
            if (found.Distinct().Count() < 2)
                throw new InputException($"'{path}': all labels are {found[0]}; expected two classes or more.");
            Pixels pixels = first
                ? new Pixels((int)s[2], (int)s[3], (int)s[1], ChannelsLast(images, (int)s[1], (int)(s[2] * s[3])))
                : new Pixels((int)s[1], (int)s[2], last ? (int)s[3] : 1, images.Bytes);
            return (pixels, found);
        }

        public Pixels Taken(int[] which)
        {
            byte[] taken = new byte[which.Length * Size];
            for (int i = 0; i < which.Length; i++)
                Bytes.Span.Slice(which[i] * Size, Size).CopyTo(taken.AsSpan(i * Size));
            return this with { Bytes = taken };
        }

        public ImageSet Set(string name, int[] labels, int classes)
        {
            if (classes > MostClasses)
                throw new InputException($"Image set '{name}' has the label {classes - 1}; labels below {MostClasses} were expected.");
            string[] names = [.. Enumerable.Range(0, classes).Select(i => $"class {i}")];
            return new ImageSet(name, names, Channels, Height, Width, Bytes, labels);
        }

        private static byte[] ChannelsLast(StoredTensor images, int channels, int places)
        {
            ReadOnlySpan<byte> source = images.Bytes.Span;
            byte[] target = new byte[source.Length];
            int size = channels * places;
            for (int start = 0; start < target.Length; start += size)
            for (int c = 0; c < channels; c++)
            for (int at = 0; at < places; at++)
                target[start + at * channels + c] = source[start + c * places + at];
            return target;
        }
    }
}
