using Espalier.Training;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Training;

/// <summary>Accuracy among the five largest logits.</summary>
public class TopFiveSpecs
{
    [Fact]
    public void A_label_counts_where_fewer_than_five_logits_are_larger()
    {
        using var scope = NewDisposeScope();
        const int images = 97,
            classes = 23;
        var random = new Random(5);
        float[,] values = new float[images, classes];
        long[] answers = [.. Enumerable.Range(0, images).Select(_ => (long)random.Next(classes))];
        int first = 0,
            among = 0;
        for (int i = 0; i < images; i++)
        {
            for (int c = 0; c < classes; c++)
                values[i, c] = random.NextSingle();
            int larger = Enumerable.Range(0, classes).Count(c => values[i, c] > values[i, answers[i]]);
            first += larger == 0 ? 1 : 0;
            among += larger < 5 ? 1 : 0;
        }
        var totals = new Totals(CPU, top: 5);
        Tensor logits = tensor(values),
            labels = tensor(answers);
        totals.Add(logits.slice(0, 0, 40, 1), labels.slice(0, 0, 40, 1));
        totals.Add(logits.slice(0, 40, images, 1), labels.slice(0, 40, images, 1));
        Evaluation result = totals.ToEvaluation();
        Assert.Equal(100.0 * first / images, result.AccuracyPercent, 1e-12);
        Assert.Equal(100.0 * among / images, result.Top5AccuracyPercent!.Value, 1e-12);
        totals.Clear();
        totals.Add(logits, labels);
        Assert.Equal(result, totals.ToEvaluation() with { Loss = result.Loss });
        Assert.Null(new Totals(CPU).ToEvaluation().Top5AccuracyPercent);
    }

    [Fact]
    public void Lines_of_older_trainings_are_read_and_those_of_ten_classes_are_as_before()
    {
        var line = new EpochMetrics(1, 0.1, 1, 50, 1, 60, 1, 100);
        Assert.DoesNotContain("top5", line.ToJson());
        Assert.Null(EpochMetrics.FromJson(line.ToJson()).TestTop5AccuracyPercent);
        EpochMetrics with = line with { TestTop5AccuracyPercent = 91.5 };
        Assert.Contains("\"test_top5_accuracy_percent\":91.5", with.ToJson());
        Assert.Equal(with, EpochMetrics.FromJson(with.ToJson()));
    }
}
