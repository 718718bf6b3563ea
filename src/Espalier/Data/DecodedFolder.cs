using Espalier.Runtime;

namespace Espalier.Data;

/// <summary>
/// The files of a folder as image sets: as bytes where they fit into memory, and otherwise decoded whenever they are needed.
/// </summary>
internal static class DecodedFolder
{
    /// <summary>Training and test images.</summary>
    public static (ImageSet Train, ImageSet Test) Read(string name, ImageFolder folder, OwnImageOptions options, IImageDecoder decoder)
    {
        (int Height, int Width) size = options.Size ?? DecodedPart.SizeOf(new FolderFiles(folder.Train), decoder);
        return Read(name, folder.Classes, new FolderFiles(folder.Train), new FolderFiles(folder.Test), options, size, decoder);
    }

    /// <summary>The same of any files, in one size.</summary>
    public static (ImageSet Train, ImageSet Test) Read(
        string name,
        IReadOnlyList<string> classes,
        ImageFiles trained,
        ImageFiles tested,
        OwnImageOptions options,
        (int Height, int Width) size,
        IImageDecoder decoder
    )
    {
        DecodedPart train = new(trained, options, size, decoder),
            test = new(tested, options, size, decoder);
        long room = options.MostInMemory ?? FreeMemory.Bytes / 2;
        // Training images are seen again and again: they are the first to be kept; of ImageNet random parts of files are seen.
        bool keepTrain = !train.IsNamed && Fits(train, room),
            keepTest = Fits(test, keepTrain ? room - train.Length : room);
        return (train.Set($"{name}/train", classes, keepTrain), test.Set($"{name}/test", classes, keepTest));
    }

    private static bool Fits(DecodedPart part, long room) => part.Length <= Math.Min(room, Array.MaxLength);
}
