using Espalier.Lab.Findings;
using Espalier.Reports.Analysis;
using Espalier.Reports.Tests.Support;

namespace Espalier.Reports.Tests;

/// <summary>What is data in a run's results is a sentence in its report.</summary>
public sealed class DeviationSpecs
{
    [Theory]
    [InlineData("data_set", "cifar10", "fashion-mnist-10k", "The images are fashion-mnist-10k, not the paper's cifar10.")]
    [InlineData("models", "resnet20", "mlp, vgg11", "The network is mlp, vgg11, not the paper's resnet20.")]
    [InlineData("epochs", "200", "10", "T = 10 epochs of training; the paper has 200.")]
    [InlineData("epochs", "200", "1", "T = 1 epoch of training; the paper has 200.")]
    [InlineData("round_epochs", "50", "3", "3 epochs of fine-tuning a pruning round; the paper has 50.")]
    [InlineData("decoding", "exact", "scaled", "Large image files were decoded at a fraction of their size; the paper's at all of it.")]
    [InlineData("scale", "1", "0.123456", "All numbers of epochs were multiplied by 0.1235.")]
    [InlineData("match_images", "10000", "50000", "match_images is 50000; the paper's text has 10000.")]
    [InlineData("rewind_shift", null, "1", "rewind_shift is 1.")]
    [InlineData(
        "packing",
        null,
        "256 pixels, JPEG quality 90",
        "ImageNet's images were made smaller and encoded anew when they were packed (256 pixels, JPEG quality 90); the paper's are the "
            + "original files."
    )]
    [InlineData(
        "recipe",
        "paper",
        "released",
        "The recipe is that of the released code, which differs from the paper's text in the options named here."
    )]
    public void An_option_that_is_not_the_papers_is_said_in_a_sentence(string option, string? paper, string ours, string sentence) =>
        Assert.All(
            Cultures.All.Keys,
            culture => Assert.Equal(sentence, Cultures.Under(culture, () => DeviationSentence.Of(new Deviation(option, paper, ours))))
        );
}
