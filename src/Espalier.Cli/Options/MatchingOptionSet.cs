using System.CommandLine;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Matching;

namespace Espalier.Cli.Options;

/// <summary>Options of activation matching.</summary>
internal sealed class MatchingOptionSet
{
    public Option<int> Images { get; } =
        new("--match-images") { Description = "Training images that both networks are matched on.", DefaultValueFactory = _ => 10_000 };

    public Option<MatchingScore> Score { get; } =
        new("--score") { Description = "Correlation, Covariance or InnerProduct.", DefaultValueFactory = _ => MatchingScore.Correlation };

    public Option<TapChoice> Taps { get; } =
        new("--taps")
        {
            Description =
                "Where a residual stream is read: Last (its last block), Sum (all its blocks) or FinalStreamOneBlockEarly (as "
                + "the released code does).",
            DefaultValueFactory = _ => TapChoice.Last,
        };

    public Option<double> Epsilon { get; } =
        new("--epsilon") { Description = "Added to the product of deviations of a correlation.", DefaultValueFactory = _ => 1e-4 };

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
