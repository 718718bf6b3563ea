using Espalier.Data;

namespace Espalier.Tests.Data;

/// <summary>For images that are no files of their own: nothing of theirs is decoded.</summary>
internal sealed class NoDecoder : IImageDecoder
{
    public ColourImage Decode(byte[] file, string path) => throw new NotSupportedException();
}
