using System.CommandLine;
using Espalier.Matching;

namespace Espalier.Cli.Options;

/// <summary>Options of activation matching.</summary>
internal sealed class MatchingOptionSet
{
    private static readonly MatchingOptions s_usual = new();

    public Option<int> Images { get; } =
        new("--match-images")
        {
            Description = "Training images that both networks are matched on.",
            DefaultValueFactory = _ => s_usual.Images,
        };

    public Option<MatchingScore> Score { get; } =
        new("--score") { Description = "Correlation, Covariance or InnerProduct.", DefaultValueFactory = _ => s_usual.Score };

    public Option<TapChoice> Taps { get; } =
        new("--taps")
        {
            Description =
                "Where a residual stream is read: Last (its last block), Sum (all its blocks) or FinalStreamOneBlockEarly (as "
                + "the released code does).",
            DefaultValueFactory = _ => s_usual.Taps,
        };

    public Option<double> Epsilon { get; } =
        new("--epsilon")
        {
            Description = "Added to the product of deviations of a correlation.",
            DefaultValueFactory = _ => s_usual.Epsilon,
        };

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { Images, Score, Taps, Epsilon })
            command.Options.Add(option);
    }

    /// <summary>Refuses what a way to match does not read.</summary>
    /// <exception cref="InputException">An option of comparing activations was given, and none are compared, or they are read at all taps
    /// anyway.</exception>
    public void MustAct(ParseResult parsed, MatchSpecification how)
    {
        string way = $"means nothing by {how.By}";
        if (how.By.ReadsAllTaps)
            Given.Refuse(parsed, Taps, $"{way}, which reads all taps");
        if (how.By.ComparesActivations || how.Start == MatchStart.Activations)
            return;
        foreach (Option option in new Option[] { Images, Score, Taps, Epsilon })
            Given.Refuse(parsed, option, $"{way}: no activations are compared");
    }

    public MatchingOptions Read(ParseResult parsed) =>
        new()
        {
            Images = parsed.GetValue(Images),
            Score = parsed.GetValue(Score),
            Taps = parsed.GetValue(Taps),
            Epsilon = parsed.GetValue(Epsilon),
        };
}
