using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Espalier.Files;

namespace Espalier.Data;

/// <summary>
/// Packs the images of a folder in ImageNet's layout into one file. What has a larger shorter side is resized, as torchvision's Resize does
/// it, and written as JPEG; other files go in as they are, as do those that cannot be decoded.
/// </summary>
/// <remarks>
/// The file grows under another name beside its own, which it gets when it is whole. Whoever is stopped or killed goes on, of the same
/// files and with the same options, behind the last image that is whole; of others it begins anew.
/// </remarks>
/// <param name="decoder">Reads images.</param>
/// <param name="encoder">Writes those that become smaller.</param>
public sealed class ImagePacking(IImageDecoder decoder, IImageEncoder encoder)
{
    private const int AtATime = 32,
        LeastSide = 8,
        Longest = 1 << 14;

    /// <summary>What is added to the name of a file that is not finished.</summary>
    public const string Unfinished = ".packing";

    /// <summary>Pixels that a shorter side has at most afterwards, 8 to 4096. Default 256.</summary>
    public int Side { get; init; } = 256;

    /// <summary>Of the JPEGs that are made, 1 to 100 as libjpeg counts it. Default 90.</summary>
    public int Quality { get; init; } = 90;

    /// <summary>Gets a sentence for every file that cannot be decoded; null for nobody.</summary>
    public Action<string>? Note { get; init; }

    /// <summary>Packs.</summary>
    /// <param name="folder">In ImageNet's layout.</param>
    /// <param name="file">The file to be made; there must be none.</param>
    /// <param name="progress">Told now and then.</param>
    /// <param name="cancel">Stops; the next call goes on.</param>
    /// <returns>The file that was made, and the bytes of the files it was made of.</returns>
    /// <exception cref="InputException">Another layout, too many damaged files, or the file cannot be written.</exception>
    public (long Bytes, long SourceBytes) Pack(
        string folder,
        string file,
        IProgress<PackingProgress>? progress = null,
        CancellationToken cancel = default
    )
    {
        if (Side is < LeastSide or > OwnImageOptions.LargestSide)
            throw new InputException(
                $"A shorter side of {Side} pixels was asked for; {LeastSide} to {OwnImageOptions.LargestSide} were expected."
            );
        if (Quality is < 1 or > 100)
            throw new InputException($"A quality of {Quality} was asked for; 1 to 100 were expected.");
        if (Path.Exists(file))
            throw new InputException($"'{file}' is there already; remove it, or choose another name.");
        var listed = ImageNetListing.Of(folder, new OwnImageOptions { Note = Note });
        ListedFile[] train = ImageNetFolder.Ordered(listed.Train, listed.Classes.Length, "train"),
            test = ImageNetFolder.Ordered(listed.Test, listed.Classes.Length, "val"),
            all = [.. train, .. test];
        var files = new ListedFiles(all, listed.Index);
        try
        {
            long bytes;
            using (var target = UnfinishedPack.Open($"{file}{Unfinished}", PackedFile.Head(MadeOf(listed.Classes, all))))
            {
                Fill(target, files, all.Length, progress, cancel);
                var images = new PackedImage[all.Length];
                for (int i = 0; i < images.Length; i++)
                {
                    (long offset, int length, uint checksum) = target.Records[i];
                    images[i] = new PackedImage(all[i].Name, all[i].Length, all[i].Label, offset, length, checksum);
                }
                bytes = target.Finish(new PackedContent(Side, Quality, listed.Classes, images[..train.Length], images[train.Length..]));
            }
            File.Move($"{file}{Unfinished}", file, overwrite: false);
            return (bytes, all.Sum(one => one.Length));
        }
        catch (Exception fault) when (FileFaults.IsFault(fault))
        {
            throw FileFaults.Writing(file, fault);
        }
    }

    private void Fill(UnfinishedPack target, ListedFiles files, int total, IProgress<PackingProgress>? progress, CancellationToken cancel)
    {
        int threads = Environment.ProcessorCount,
            damaged = 0;
        while (target.Records.Count < total)
        {
            int first = target.Records.Count;
            byte[][] made = new byte[Math.Min(AtATime * threads, total - first)][];
            AllAtOnce.For(
                made.Length,
                threads,
                i => made[i] = Made(files, first + i, () => MustBeFew(Interlocked.Increment(ref damaged), total)),
                cancel
            );
            foreach (byte[] image in made)
                target.Add(image);
            progress?.Report(new PackingProgress(target.Records.Count, total, target.Length));
        }
    }

    private static void MustBeFew(int damaged, int total)
    {
        if (DamagedImages.AreTooMany(damaged, total))
            throw new InputException($"{damaged} of {total} images are damaged, more than one in a hundred.");
    }

    private byte[] Made(ListedFiles files, int image, Action damaged)
    {
        using RentedBytes bytes = files.Read(image);
        try
        {
            using DecodedWindow whole = decoder.Decode(
                bytes.Memory,
                files.PathOf(image),
                (height, width) => new ImageWindow(0, 0, height, width)
            );
            if (Smaller(whole.Height, whole.Width) is not { } size)
                return bytes.Memory.ToArray();
            byte[] pixels = new byte[size.Height * size.Width * 3];
            ImageFit.Stretch(whole, 3, size, pixels);
            return encoder.Encode(new ColourImage(size.Height, size.Width, pixels), Quality);
        }
        catch (InputException fault)
        {
            damaged();
            Note?.Invoke($"{fault.Message.TrimEnd('.')}: it is packed as it is");
            return bytes.Memory.ToArray();
        }
    }

    /// <summary>The size of an image that becomes smaller; null for one that does not, or that is a strip.</summary>
    private (int Height, int Width)? Smaller(int height, int width)
    {
        if (Math.Min(height, width) <= Side)
            return null;
        (int Height, int Width) size =
            height <= width ? (Side, (int)((long)Side * width / height)) : ((int)((long)Side * height / width), Side);
        return Math.Max(size.Height, size.Width) > Longest ? null : size;
    }

    private byte[] MadeOf(string[] classes, ListedFile[] all)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(
            Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Side} {Quality} {string.Join('\0', classes)}"))
        );
        foreach (ListedFile file in all)
            hash.AppendData(
                Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\0{file.Name} {file.Length} {file.Label}"))
            );
        return hash.GetHashAndReset();
    }
}
