using System.CommandLine;
using Espalier.Lab.Design;
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
    private void MustAct(ParseResult parsed, MatchSpecification how)
    {
        string way = $"means nothing by {how.By}";
        if (how.By.ReadsAllTaps)
            Given.Refuse(parsed, Taps, $"{way}, which reads all taps");
        if (how.By.ComparesActivations || how.Start == MatchStart.Activations)
            return;
        foreach (Option option in new Option[] { Images, Score, Taps, Epsilon })
            Given.Refuse(parsed, option, $"{way}: no activations are compared");
    }

    /// <summary>Reads how a permutation between two given networks is found, with every option of it.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="how">Its text of how.</param>
    /// <param name="seed">Its seed.</param>
    /// <exception cref="InputException">The text says which networks, too, or an option means nothing by it.</exception>
    public MatchSpecification Read(ParseResult parsed, string how, Option<long> seed)
    {
        MatchSpecification given = Alone(how);
        MustAct(parsed, given);
        if (!given.By.IsRandom)
            Given.Refuse(parsed, seed, $"means nothing by {given.By}: there is nothing random in it");
        return given with { Activations = Read(parsed), Seed = parsed.GetValue(seed) };
    }

    /// <summary>Reads how that is said to be, without the options of the command line.</summary>
    /// <exception cref="InputException">The text says which networks, too.</exception>
    private static MatchSpecification Alone(string how)
    {
        MatchVariant variant = MatchVariant.Parse(how);
        return variant.Against == default && variant.Of == default && variant.TicketStart == default
            ? variant.How
            : throw new InputException(
                $"--how '{variant}' says which networks to compare or to start from; expected how to find a permutation "
                    + "alone: the two files say which networks, so leave out against, of, signed and ticket."
            );
    }

    private MatchingOptions Read(ParseResult parsed) =>
        new()
        {
            Images = parsed.GetValue(Images),
            Score = parsed.GetValue(Score),
            Taps = parsed.GetValue(Taps),
            Epsilon = parsed.GetValue(Epsilon),
        };
}
