using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Espalier.Files;

namespace Espalier.Data;

/// <summary>What is known of a set by its images: what names them, and the statistics of their channels. Found on first use.</summary>
internal sealed class ImageSetContent
{
    private const int Sample = 10_000; // as many as statistics need of a million
    private readonly ImageSet _set;
    private readonly Lazy<string> _digest;
    private readonly Lazy<(string Digest, ChannelStatistics Statistics)> _looked;

    /// <param name="set">The images; nothing of them is looked at yet.</param>
    public ImageSetContent(ImageSet set)
    {
        _set = set;
        _digest = new(ComputeDigest);
        _looked = new(Look);
    }

    /// <summary>See <see cref="ImageSet.Digest"/>.</summary>
    public string Digest => _digest.Value;

    /// <summary>See <see cref="ImageSet.Statistics"/>.</summary>
    public ChannelStatistics Statistics()
    {
        if (!_set.IsInMemory)
            return _looked.Value.Statistics;
        var histogram = new ChannelHistogram(_set.Channels);
        histogram.Add(_set.Pixels.Span);
        return histogram.Statistics();
    }

    private string ComputeDigest()
    {
        if (!_set.IsInMemory && !_set.IsNamed)
            return _looked.Value.Digest;
        using IncrementalHash hash = BeginDigest();
        if (_set.IsNamed)
            AppendNames(hash);
        else
            hash.AppendData(_set.Pixels.Span);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Nothing is decoded: of a million files, the names and lengths.</summary>
    private void AppendNames(IncrementalHash hash)
    {
        hash.AppendData(Encoding.UTF8.GetBytes(_set.HowRead));
        for (int i = 0; i < _set.Count; i++)
            hash.AppendData(Encoding.UTF8.GetBytes($"\0{_set.NameOf(i)}"));
    }

    /// <summary>Goes once through images that are not in memory, or through a sample.</summary>
    private (string Digest, ChannelStatistics Statistics) Look()
    {
        using IncrementalHash hash = BeginDigest();
        int count = _set.IsNamed ? Math.Min(_set.Count, Sample) : _set.Count;
        using ImagesAhead images = _set.Ahead([.. Enumerable.Range(0, count)]);
        var histogram = new ChannelHistogram(_set.Channels);
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> pixels = images.Next();
            hash.AppendData(pixels);
            histogram.Add(pixels);
        }
        return (Convert.ToHexStringLower(hash.GetHashAndReset()), histogram.Statistics());
    }

    /// <summary>With all but the pixels in it.</summary>
    private IncrementalHash BeginDigest()
    {
        IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> size = stackalloc byte[sizeof(int)];
        foreach (int number in new[] { _set.Count, _set.Classes.Count, _set.Channels, _set.Height, _set.Width })
        {
            BinaryPrimitives.WriteInt32LittleEndian(size, number);
            hash.AppendData(size);
        }
        // Up to 256 classes as ever: digests in folders of results stay what they are.
        hash.AppendData(
            _set.Classes.Count <= byte.MaxValue + 1
                ? Array.ConvertAll(_set.Labels.ToArray(), label => (byte)label)
                : LittleEndian.Bytes(_set.Labels.Span)
        );
        return hash;
    }
}
