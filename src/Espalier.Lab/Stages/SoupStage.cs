using Espalier.Connectivity;
using Espalier.Lab.Engine;
using Espalier.Training;
using Espalier.Weights;

namespace Espalier.Lab.Stages;

/// <summary>
/// Averages the weights of aligned networks, all of them and greedily, and tests the averages. What greed holds out are training images as
/// they are.
/// </summary>
/// <param name="name">The method, for the title.</param>
/// <param name="members">At least two, each moved to where they are aligned.</param>
/// <param name="study">Images.</param>
public sealed class SoupStage(string name, IReadOnlyList<StageNetwork> members, StudyOptions study) : Stage(StageNetwork.InputsOf(members))
{
    /// <inheritdoc/>
    public override string Kind => "soup";

    /// <inheritdoc/>
    protected override int Version => 2; // since a greedy soup of one member is that member as it is

    /// <inheritdoc/>
    public override string Title => $"soup of {members.Count} {name}";

    /// <inheritdoc/>
    public override object Options =>
        new
        {
            Members = members.Select(member => member.Options),
            study.StatisticsImages,
            study.Images,
        };

    /// <inheritdoc/>
    public override double Flops =>
        (2 * members.Count + 2)
        * members[0].Network.Model.FlopsPerImage
        / 3
        * StudyImages.Passes(members[0].Network.Data, study, train: true);

    /// <inheritdoc/>
    public override StageResult Run(StageRun run)
    {
        using var images = StudyImages.Of(run, members[0].Network, study);
        WeightSet[] weights = [.. members.Select(member => member.Read(run))];
        try
        {
            using WeightSet uniform = Soup.Uniform(weights, images.Statistics);
            run.Report(0.1);
            (WeightSet greedy, IReadOnlyList<int> taken) = Soup.Greedy(weights, images.Train, images.Statistics);
            using (greedy)
                return new StageResult(
                    new SortedDictionary<string, double>(StringComparer.Ordinal)
                    {
                        ["uniform_soup_accuracy_percent"] = Evaluation
                            .Of(uniform, images.Test)
                            .MustBeFinite("the uniform soup")
                            .AccuracyPercent,
                        ["greedy_soup_accuracy_percent"] = Evaluation
                            .Of(greedy, images.Test)
                            .MustBeFinite("the greedy soup")
                            .AccuracyPercent,
                        ["greedy_soup_members"] = taken.Count,
                        ["kept_weights"] = uniform.Values.count_nonzero().item<long>(),
                    }
                );
        }
        finally
        {
            foreach (WeightSet member in weights)
                member.Dispose();
        }
    }
}
