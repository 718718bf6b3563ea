using Espalier.Files;

namespace Espalier.Data;

/// <summary>
/// Reads SVHN's cropped digits in their official files, <c>train_32x32.mat</c> and <c>test_32x32.mat</c>: images X [32, 32, 3, N] and
/// labels y [N], in which 10 means the digit 0.
/// </summary>
internal static class SvhnReader
{
    private const string Train = "train_32x32.mat",
        Test = "test_32x32.mat";

    private static readonly string[] s_digits = [.. Enumerable.Range(0, 10).Select(i => i.ToString())];

    /// <summary>Whether a folder holds its training images.</summary>
    public static bool IsIn(string folder) => File.Exists(Path.Combine(folder, Train));

    /// <summary>Reads both files.</summary>
    public static (ImageSet Train, ImageSet Test) Read(string title, string folder) =>
        (Part(Path.Combine(folder, Train), $"{title}/train"), Part(Path.Combine(folder, Test), $"{title}/test"));

    private static ImageSet Part(string path, string name)
    {
        TensorFile file = MatFile.Read(path);
        StoredTensor images = file["X"],
            labels = file["y"];
        if (images.Type != TensorType.UInt8 || images.Shape.Count != 4 || images.Shape[1] != 3 || images.Shape[0] < 1)
            throw new InputException($"'{path}': {images} are images as they lie; expected U8 [N, 3, columns, rows].");
        (int count, int width, int height) = ((int)images.Shape[0], (int)images.Shape[2], (int)images.Shape[3]);
        int[] digits = labels.ToWhole();
        if (digits.Length != count)
            throw new InputException($"'{path}': {labels} are labels of {images}; expected one for each image.");
        if (digits.FirstOrDefault(digit => digit is < 1 or > 10, 1) is var wrong && wrong is < 1 or > 10)
            throw new InputException($"'{path}': a label is {wrong}; expected 1 to 10, which is the digit 0.");
        byte[] pixels = new byte[images.Bytes.Length];
        ReadOnlySpan<byte> source = images.Bytes.Span;
        int size = width * height * 3;
        for (int start = 0; start < pixels.Length; start += size)
        for (int channel = 0; channel < 3; channel++)
        for (int x = 0; x < width; x++)
        for (int y = 0; y < height; y++)
            pixels[start + (y * width + x) * 3 + channel] = source[start + (channel * width + x) * height + y];
        return new ImageSet(name, s_digits, 3, height, width, pixels, Array.ConvertAll(digits, digit => digit % 10));
    }
}
