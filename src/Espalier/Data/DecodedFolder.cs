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
        (int Height, int Width) size = options.Size ?? FolderPart.SizeOf(folder.Train[0].Path, decoder);
        FolderPart train = new(folder.Train, options, size, decoder),
            test = new(folder.Test, options, size, decoder);
        long room = options.MostInMemory ?? FreeMemory.Bytes / 2;
        // Training images are seen again and again: they are the first to be kept.
        bool keepTrain = Fits(train, room),
            keepTest = Fits(test, keepTrain ? room - train.Length : room);
        return (train.Set($"{name}/train", folder.Classes, keepTrain), test.Set($"{name}/test", folder.Classes, keepTest));
    }

    private static bool Fits(FolderPart part, long room) => part.Length <= Math.Min(room, Array.MaxLength);
}
