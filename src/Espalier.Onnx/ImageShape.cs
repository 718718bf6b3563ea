using Espalier.Networks;
using Espalier.Onnx.Format;

namespace Espalier.Onnx;

/// <summary>What a model says of an image's shape, and what it is told where it leaves it open.</summary>
internal static class ImageShape
{
    /// <summary>Channels, rows and columns.</summary>
    public static Shape Of(ModelFile file, OnnxInput images, Shape? given, bool isLast)
    {
        long[] said = images.Shape switch
        {
            { Count: 4 } axes when isLast => [axes[3], axes[1], axes[2]],
            { Count: 4 } axes => [axes[1], axes[2], axes[3]],
            { Count: 2 } axes => Features(file, axes[1], given),
            null when given is not null => [0, 0, 0],
            null => throw new InputException($"'{file.Path}' does not say its input's shape; say it with --input, such as 3x224x224."),
            var other => throw new InputException(
                $"'{file.Path}': its input has {other.Count} axes; expected images [images, channels, rows, columns] or vectors."
            ),
        };
        int[] asked = given is { } shape ? [shape.Channels, shape.Height, shape.Width] : [0, 0, 0];
        for (int axis = 0; axis < 3; axis++)
        {
            if (said[axis] <= 0 && asked[axis] == 0)
                throw new InputException($"'{file.Path}' leaves the size of its images open; say it with --input, such as 3x224x224.");
            if (said[axis] > 0 && asked[axis] > 0 && said[axis] != asked[axis])
                throw new InputException(
                    $"'{file.Path}' takes images {said[0]}x{said[1]}x{said[2]} (0 where it leaves them open), but --input says {given}."
                );
            if (said[axis] > Array.MaxLength)
                throw new InputException($"'{file.Path}': its input has an axis of {said[axis]}; no image is that large.");
        }
        return Shape.Maps(Either(0), Either(1), Either(2));

        int Either(int axis) => said[axis] > 0 ? (int)said[axis] : asked[axis];
    }

    private static long[] Features(ModelFile file, long features, Shape? given)
    {
        if (given is not { } shape)
            return [features, 1, 1];
        return features <= 0 || (long)shape.Channels * shape.Height * shape.Width == features
            ? [shape.Channels, shape.Height, shape.Width]
            : throw new InputException($"'{file.Path}' takes {features} numbers an image, but --input says {given}.");
    }
}
