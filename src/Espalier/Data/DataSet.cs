using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Espalier.Networks;

namespace Espalier.Data;

/// <summary>What a network is trained and tested on.</summary>
/// <param name="Name">The name it was opened by, such as <c>cifar10</c>.</param>
/// <param name="Train">Training images.</param>
/// <param name="Test">Test images, of the same size and classes.</param>
/// <param name="Normalization">The constants usually used with it.</param>
public sealed record DataSet(string Name, ImageSet Train, ImageSet Test, Normalization Normalization)
{
    /// <summary>
    /// Whether the constants were measured on these training images, and are no others known by the set's name: what is trained with them
    /// keeps them.
    /// </summary>
    public bool IsMeasured { get; init; }

    /// <summary>What is usually done to its training images, where that is not what CIFAR's have; null otherwise.</summary>
    public Augmentation? UsualAugmentation { get; init; }

    /// <summary>
    /// How its files were made smaller when they were packed, such as <c>256 pixels, JPEG quality 90</c>: their pixels are not those of the
    /// images that they are named after. Null where no image was changed.
    /// </summary>
    public string? Packing { get; init; }

    /// <summary>Refuses a network that takes other images or knows another number of classes.</summary>
    /// <exception cref="InputException">It does.</exception>
    public void MustSuit(Network network) => Train.MustSuit(network, Name);

    /// <summary>Refuses a network that takes other images; its classes may be others, where no label is read.</summary>
    /// <exception cref="InputException">It does.</exception>
    public void MustBeSeenBy(Network network) => Train.MustBeSeenBy(network, Name);

    /// <summary>
    /// Names what networks see: 64 hexadecimal digits, equal for data sets with the same training images, test images and normalisation,
    /// whatever they are called (SHA-256).
    /// </summary>
    public string Digest
    {
        get
        {
            string constants = string.Join(
                ' ',
                Normalization
                    .Mean.Concat(Normalization.Std)
                    .Select(value => BitConverter.SingleToInt32Bits(value).ToString("x8", CultureInfo.InvariantCulture))
            );
            return Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes($"{Train.Digest} {Test.Digest} {constants}")));
        }
    }
}
