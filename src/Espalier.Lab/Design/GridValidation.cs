namespace Espalier.Lab.Design;

/// <content>What a grid may not have.</content>
public sealed partial record Grid
{
    /// <summary>Refuses impossible values.</summary>
    /// <exception cref="InputException">A list is empty, or a value is out of range.</exception>
    public Grid Validated()
    {
        Require(Models.Count > 0, "no network", "at least one");
        Require(Seeds.Count is > 0 and <= 10_000, Counted.Of(Seeds.Count, "seed"), "1 to 10000");
        Require(Sparsities.Count > 0, "no sparsity", "at least one");
        Require(RewindEpochs.Count > 0, "no rewind epoch", "at least one");
        Require(Methods.Count + MatchVariants.Count + Studies.Count > 0, "no method and no study", "at least one");
        Require(
            !Studies.Contains(Study.Diversity) || Seeds.Count > 1,
            "the study diversity of one seed",
            "at least two seeds, one network each"
        );
        foreach (Method member in Members)
            Require(
                member.Mask is not null,
                $"the member '{member.Name}' of the study diversity, which has no mask",
                "methods with one; dense networks are there anyway"
            );
        foreach (Method method in Methods.Concat(Members))
        {
            Require(
                method.Name.Length > 0 && method.Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'),
                $"a method named '{method.Name}'",
                "a name of letters, digits, '-', '_' and '.'"
            );
            Require(
                Design.Methods.Find(method.Name) is not { } known || ReferenceEquals(known, method),
                $"a method of its own named '{method.Name}'",
                "a name that is not the library's"
            );
            Require(
                method.Mask is not null || method.Updates is null,
                $"the method '{method.Name}', which changes a mask in training that it does not have",
                "a mask, or none that changes"
            );
            Require(
                method.Mask is not null || method.TicketStart == Pruning.TicketStart.Own,
                $"the method '{method.Name}', which takes weights of a ticket at the places of a mask that it does not have",
                "a mask, or a start of its own weights"
            );
        }
        foreach (double sparsity in Sparsities)
            Require(sparsity is > 0 and < 1, $"a sparsity of {sparsity}", "more than 0 and less than 1");
        int last = Options.Epochs - 1 - Options.RewindShift;
        string training = $"{Counted.Of(Options.Epochs, "epoch")} of training";
        Require(Options.Epochs >= 1, training, "at least 1");
        Require(
            last >= 0,
            $"{training} and a rewind_shift of {Options.RewindShift}",
            "more epochs than the shift, so that some are left after rewinding"
        );
        foreach (int k in RewindEpochs)
            Require(k >= 0 && k <= last, $"rewind epoch {k} of {training}", Between(0, last));
        foreach (int t in MatchEpochs)
            Require(t >= 1 && t <= Options.Epochs, $"matching epoch {t} of {training}", Between(1, Options.Epochs));
        foreach (
            (string what, int count, int distinct) in new[]
            {
                ("network", Models.Count, Models.Distinct().Count()),
                ("seed", Seeds.Count, Seeds.Distinct().Count()),
                ("sparsity", Sparsities.Count, Sparsities.Distinct().Count()),
                ("rewind epoch", RewindEpochs.Count, RewindEpochs.Distinct().Count()),
                ("method", Methods.Count, Methods.DistinctBy(method => method.Name).Count()),
                ("match variant", MatchVariants.Count, MatchVariants.Distinct().Count()),
                ("member", Members.Count, Members.DistinctBy(method => method.Name).Count()),
                ("study", Studies.Count, Studies.Distinct().Count()),
                ("matching epoch", MatchEpochs.Count, MatchEpochs.Distinct().Count()),
            }
        )
            Require(count == distinct, $"the same {what} twice", "each once");
        return this;
    }

    private static string Between(int first, int last) => first == last ? $"{first}" : $"{first} to {last}";

    private void Require(bool holds, string found, string expected)
    {
        if (!holds)
            throw new InputException($"The grid '{Name}' has {found}; expected {expected}.");
    }
}
