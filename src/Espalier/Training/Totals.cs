using Espalier.Collectives;
using Espalier.Runtime;
using TorchSharp;
using static TorchSharp.torch;
using Functional = TorchSharp.torch.nn.functional;
using Reduction = TorchSharp.torch.nn.Reduction;

namespace Espalier.Training;

/// <summary>Sums of loss and correct answers, kept on the device (float64) so that no step waits for them.</summary>
/// <param name="device">Where they lie.</param>
/// <param name="top">Counts labels among so many largest logits too; 0: it does not.</param>
/// <param name="ranks">Who sees the other parts of every batch; null for nobody.</param>
internal sealed class Totals(Device device, int top = 0, ICollective? ranks = null)
{
    private readonly Tensor _loss = zeros(1, ScalarType.Float64, device),
        _correct = zeros(1, ScalarType.Float64, device);
    private readonly Tensor? _among = top > 0 ? zeros(1, ScalarType.Float64, device) : null;
    private int _images;

    /// <summary>What the device adds to: [1] each.</summary>
    public IReadOnlyList<Tensor> Sums => _among is null ? [_loss, _correct] : [_loss, _correct, _among];

    /// <summary>Adds a batch.</summary>
    /// <param name="logits">[N, classes].</param>
    /// <param name="labels">[N].</param>
    public void Add(Tensor logits, Tensor labels) =>
        Add(Functional.cross_entropy(logits, labels, reduction: Reduction.Sum), logits, labels);

    /// <summary>Adds a batch whose summed loss is already known.</summary>
    public void Add(Tensor summedLoss, Tensor logits, Tensor labels)
    {
        Sum(summedLoss, logits, labels);
        Count((int)labels.shape[0]);
    }

    /// <summary>The part of <see cref="Add(Tensor, Tensor, Tensor)"/> that the device does; <see cref="Count"/> is the other.</summary>
    public void Sum(Tensor summedLoss, Tensor logits, Tensor labels)
    {
        Tensor[] added =
        [
            summedLoss.detach(),
            logits.detach().argmax(1).eq(labels).sum(),
            .. _among is null ? Array.Empty<Tensor>() : [logits.detach().topk(top, 1).indexes.eq(labels.unsqueeze(1)).sum()],
        ];
        if (ranks is { Size: > 1 })
        {
            // At every step, so that all ranks have the same sums whenever rank 0 saves them.
            Tensor sums = stack([.. added.Select(one => one.view([]).to(ScalarType.Float64))], 0);
            ranks.AllReduceSum(sums);
            added = sums.unbind(0);
        }
        foreach ((Tensor sum, Tensor one) in Sums.Zip(added))
            sum.PlusInPlace(one);
    }

    /// <summary>Counts images that were added.</summary>
    public void Count(int images) => _images += images;

    /// <summary>Begins anew, in the same place.</summary>
    public void Clear()
    {
        _loss.zero_();
        _correct.zero_();
        _among?.zero_();
        _images = 0;
    }

    /// <summary>Reads the sums, once for all.</summary>
    public Evaluation ToEvaluation() => Of(All(), _images);

    /// <summary>What sums over so many images say.</summary>
    /// <param name="sums">Of the loss, of correct answers, and, if they are counted, of those among the largest.</param>
    /// <param name="images">How many.</param>
    public static Evaluation Of(double[] sums, int images) =>
        new(sums[0] / images, 100 * sums[1] / images, images) { Top5AccuracyPercent = sums.Length > 2 ? 100 * sums[2] / images : null };

    /// <summary>The sums of loss and correct answers, and how many images they are of: one read.</summary>
    public (double Loss, double Correct, int Images) Read()
    {
        double[] sums = All();
        return (sums[0], sums[1], _images);
    }

    /// <summary>Goes on from sums that were read, in the same place.</summary>
    public void Restore(double loss, double correct, int images)
    {
        _loss.FillWith(loss);
        _correct.FillWith(correct);
        _images = images;
    }

    private double[] All()
    {
        using var scope = NewDisposeScope();
        return HostRead.Values<double>(cat([.. Sums], 0));
    }
}
