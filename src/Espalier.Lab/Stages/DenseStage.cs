using Espalier.Lab.Engine;
using Espalier.Randomness;
using Espalier.Training;
using Espalier.Weights;

namespace Espalier.Lab.Stages;

/// <summary>Trains a dense network from its random initialization and keeps the checkpoints that others start from.</summary>
/// <param name="name"><c>A</c> or <c>B</c>: it names the streams of initialization and batches.</param>
/// <param name="model">The network.</param>
/// <param name="data">The images.</param>
/// <param name="training">Schedule, with the checkpoints to keep.</param>
/// <param name="seed">The run's seed.</param>
public sealed class DenseStage(string name, ModelSource model, DataSource data, TrainingOptions training, long seed)
    : Stage([]),
        ITrainingStage
{
    /// <inheritdoc/>
    public override string Kind => "dense";

    /// <inheritdoc/>
    public override string Title => $"{name} seed {seed}";

    /// <inheritdoc/>
    public override object Options =>
        new
        {
            Name = name,
            Model = model,
            Data = data,
            Training = training,
            Seed = seed,
        };

    /// <inheritdoc/>
    public override int Epochs => training.LastEpoch;

    /// <inheritdoc/>
    public override double Flops => Epochs * model.FlopsPerImage * data.ImagesPerEpoch;

    /// <inheritdoc/>
    public override long Bytes => model.Bytes * (1 + training.Checkpoints.Count + (training.EmaDecay > 0 ? 1 : 0));

    /// <summary>The run's seed.</summary>
    public long Seed => seed;

    /// <inheritdoc/>
    public ModelSource Model => model;

    /// <inheritdoc/>
    public DataSource Data => data;

    /// <summary>The file of the weights after some completed epochs.</summary>
    /// <exception cref="ArgumentException">They are not kept.</exception>
    public string FileAt(int epoch) =>
        epoch == Epochs ? INetworkStage.Weights
        : training.Checkpoints.Contains(epoch) ? Path.GetFileName(new TrainingFolder("").Checkpoint(epoch))
        : throw new ArgumentException($"{Title} keeps no weights of epoch {epoch}");

    TrainingOptions ITrainingStage.Training => training;

    /// <inheritdoc/>
    public override StageResult Run(StageRun run)
    {
        using WeightSet start = Initialization.KaimingNormal(model.Network, new RandomStream(seed, $"{name}.init"));
        TrainingResult result = run.Train(training, data, new TrainingRun(start, null, seed, $"{name}.data"));
        using (result.Final)
        using (result.Average)
            return TrainingNumbers.Of(result, null);
    }
}
