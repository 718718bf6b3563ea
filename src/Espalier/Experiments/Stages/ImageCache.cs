using Espalier.Data;
using Espalier.Execution;
using Espalier.Training;
using TorchSharp;

namespace Espalier.Experiments.Stages;

/// <summary>Data sets opened once for all stages that a worker runs.</summary>
/// <param name="folder">Where data sets are looked for; null for the usual place.</param>
/// <param name="device">Where images live, and so where stages compute.</param>
public sealed class ImageCache(string? folder, torch.Device device) : IDisposable
{
    private readonly Dictionary<(DataSource, Augmentation, Precision), TrainingData> _open = [];
    private readonly Dictionary<DataSource, DataSet> _sets = [];
    private readonly Lock _lock = new();

    /// <summary>Digest of every data set opened so far, by name.</summary>
    public IReadOnlyDictionary<string, string> Digests
    {
        get
        {
            lock (_lock) return new SortedDictionary<string, string>(_sets.ToDictionary(pair => pair.Key.ToString(), pair => $"{pair.Value.Train.Count}+{pair.Value.Test.Count}"), StringComparer.Ordinal);
        }
    }

    /// <summary>Opens images, or gives those opened before.</summary>
    /// <exception cref="InputException">Files are missing or damaged.</exception>
    public TrainingData Open(DataSource source, Augmentation augmentation, Precision precision)
    {
        lock (_lock)
        {
            if (_open.TryGetValue((source, augmentation, precision), out TrainingData? data)) return data;
            if (!_sets.TryGetValue(source, out DataSet? set)) _sets[source] = set = source.Open(folder);
            return _open[(source, augmentation, precision)] = new TrainingData(set, augmentation, precision, device);
        }
    }

    /// <summary>Frees all images.</summary>
    public void Dispose()
    {
        foreach (TrainingData data in _open.Values) data.Dispose();
    }
}
