namespace Espalier.Data;

/// <summary>Images that need not be decoded to say which they are.</summary>
internal interface INamedPixels : IPixels
{
    /// <summary>Whether they can say so.</summary>
    bool IsNamed { get; }

    /// <summary>How files become the images that networks are tested on.</summary>
    string HowRead { get; }

    /// <summary>What tells an image's file from others: its name and length, or a checksum.</summary>
    string NameOf(int image);
}
