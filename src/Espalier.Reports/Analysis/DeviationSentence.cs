using System.Globalization;
using Espalier.Lab.Findings;

namespace Espalier.Reports.Analysis;

/// <summary>In what a run differs from what the paper's text describes, in sentences.</summary>
public static class DeviationSentence
{
    /// <summary>Of one option.</summary>
    public static string Of(Deviation deviation)
    {
        ArgumentNullException.ThrowIfNull(deviation);
        (string option, string? paper, string ours) = deviation;
        return option switch
        {
            Deviation.DataSet => $"The images are {ours}, not the paper's {paper}.",
            Deviation.Packing =>
                $"ImageNet's images were made smaller and encoded anew when they were packed ({ours}); the paper's are the original files.",
            Deviation.Decoding => "Large image files were decoded at a fraction of their size; the paper's at all of it.",
            Deviation.Models => $"The network is {ours}, not the paper's {paper}.",
            Deviation.Epochs => $"T = {Epochs(ours)} of training; the paper has {paper}.",
            Deviation.RoundEpochs => $"{Epochs(ours)} of fine-tuning a pruning round; the paper has {paper}.",
            Deviation.Scale => Numbers.Invariant($"All numbers of epochs were multiplied by {Number(ours):0.####}."),
            Deviation.Recipe when ours == Data.ImageNet.At160 =>
                "The recipe is one for a single GPU and images of 160 × 160 pixels, which differs from the paper's in the options named.",
            Deviation.Recipe => "The recipe is that of the released code, which differs from the paper's text in the options named here.",
            "" => ours,
            _ => $"{option} is {ours}{(paper is null ? "" : $"; the paper's text has {paper}")}.",
        };
    }

    /// <summary>A deviation of which nothing is left but its sentence.</summary>
    internal static Deviation Told(string sentence) => new("", null, sentence);

    private static string Epochs(string count) => Counted.Of((long)Number(count), "epoch");

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
