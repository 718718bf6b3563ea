using Espalier.Collectives;
using Espalier.Data;
using Espalier.Execution;
using Espalier.Lab.Engine;
using Espalier.Lab.Engine.Store;
using Espalier.Runtime.Gpu;
using Espalier.Training;
using TorchSharp;

namespace Espalier.Lab.Stages;

/// <summary>Data sets opened once for all stages that a worker runs.</summary>
/// <param name="folder">Where data sets are looked for; null for the usual place.</param>
/// <param name="device">Where images live, and so where stages compute.</param>
/// <param name="place">Where a user's own images lie; null for none.</param>
public sealed class ImageCache(string? folder, torch.Device device, ImagePlace? place = null) : IWorkshop, IDisposable
{
    private readonly Dictionary<(DataSource, Augmentation, Precision), TrainingData> _open = [];
    private readonly Dictionary<DataSource, DataSet> _sets = [];
    private readonly Lock _lock = new();

    /// <inheritdoc/>
    public string Device => device.ToString();

    /// <inheritdoc/>
    public GpuFacts? Gpu { get; } = GpuFacts.Of(device);

    /// <summary>Who shares the trainings of stages. Default: nobody.</summary>
    public RankedStages Together { get; init; } = new(Alone.Here);

    /// <inheritdoc/>
    public int RanksOf(Stage stage) => stage is ITrainingStage ? Together.Ranks.Size : 1;

    /// <inheritdoc/>
    public bool IsSpent => Together.AreBroken;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> DigestsOf(Stage stage) =>
        SameImages.SourcesOf(stage).ToDictionary(source => source.ToString(), DigestOf, StringComparer.Ordinal);

    /// <inheritdoc/>
    public void MustBeOfTheSame(ArtefactStore store, IEnumerable<Stage> stages) => SameImages.Require(store, stages, DigestOf);

    /// <summary>Digest of a data set's images and normalisation; opens it if need be.</summary>
    /// <exception cref="InputException">Files are missing or damaged.</exception>
    public string DigestOf(DataSource source)
    {
        lock (_lock)
            return SetOf(source).Digest;
    }

    /// <summary>Opens images, or gives those opened before.</summary>
    /// <exception cref="InputException">Files are missing or damaged.</exception>
    public TrainingData Open(DataSource source, Augmentation augmentation, Precision precision)
    {
        lock (_lock)
        {
            if (_open.TryGetValue((source, augmentation, precision), out TrainingData? data))
                return data;
            return _open[(source, augmentation, precision)] = new TrainingData(SetOf(source), augmentation, precision, device);
        }
    }

    private DataSet SetOf(DataSource source) =>
        _sets.TryGetValue(source, out DataSet? set) ? set : _sets[source] = source.Open(folder, place);

    /// <summary>Frees all images.</summary>
    public void Dispose()
    {
        foreach (TrainingData data in _open.Values)
            data.Dispose();
    }
}
