using Espalier.Lab.Findings;
using Espalier.Reports.Tables;
using Espalier.Reports.Tests.Support;

namespace Espalier.Reports.Tests;

/// <summary>A report written again from its own summary.json.</summary>
public sealed class SummarySpecs : IDisposable
{
    private readonly TempFolder _folder = new();

    public static TheoryData<string> Runs => [.. Fixtures.All.Keys, "stress"];

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(Runs))]
    public void Numbers_and_tables_read_back_are_written_with_the_same_digits(string run)
    {
        RunResults results = run == "stress" ? Fixtures.Stress : Fixtures.All[run];
        IReadOnlyDictionary<string, string> first = Written.Once(results);
        SortedDictionary<string, string> again = Written.Texts(Read(first[Report.SummaryName]) with { Methods = results.Methods });
        foreach (string name in new[] { Report.SummaryName, "tables.csv", "tables.md" })
            Assert.Equal(first[name], again[name]);
        string[] gone = ["training-curves", "loss-curves", "mask-", "scores-", "permutations-", "network-"];
        Assert.Equal(first.Keys.Where(name => !gone.Any(kind => name.StartsWith($"figures/{kind}", StringComparison.Ordinal))), again.Keys);
    }

    [Fact]
    public void The_page_says_what_it_was_drawn_from()
    {
        const string Said = "drawn from summary.json, which holds no training curves";
        string page = Written.Page(Fixtures.OneSeed);
        Assert.DoesNotContain(Said, page);
        Assert.Contains(Said, Written.Page(Read(Written.Once(Fixtures.OneSeed)[Report.SummaryName])));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{ "run": null }""")]
    [InlineData("""{ "model": "mlp", "cells": [] }""")]
    [InlineData("""{ "run": { "name": "x" }, "cells": [], "matches": [], "densities": [], "costs": [], "released_costs": [] }""")]
    public void What_is_no_summary_is_refused(string text) =>
        Assert.Contains("cannot be read as the summary of a run", Assert.Throws<InputException>(() => Read(text)).Message);

    [Fact]
    public void A_cell_that_is_there_twice_is_refused()
    {
        string text = Written
            .Once(Fixtures.OneSeed)[Report.SummaryName]
            .Replace("\"method\": \"shuffled-units\"", "\"method\": \"naive\"", StringComparison.Ordinal);
        Assert.Contains("is there twice", Assert.Throws<InputException>(() => Read(text)).Message);
    }

    [Theory]
    [InlineData("\"model\": \"resnet20\"", "\"model\": null")]
    [InlineData("\"key\": \"epochs\",\n        \"value\": \"20\"", "\"key\": \"epochs\",\n        \"value\": \"ten\"")]
    public void A_summary_with_a_value_of_another_kind_is_refused(string value, string other)
    {
        string text = Written.Once(Fixtures.OneSeed)[Report.SummaryName];
        string edited = text.Replace(value, other, StringComparison.Ordinal);
        Assert.NotEqual(text, edited);
        Assert.Contains("cannot be read as the summary of a run", Assert.Throws<InputException>(() => Read(edited)).Message);
    }

    [Fact]
    public void Masks_whose_numbers_are_not_known_are_like_themselves()
    {
        MaskNumbers unknown = MaskNumbers.Of([]);
        Assert.True(unknown.IsLike(unknown)); // a table takes those that are alike until none is left
        Assert.False(unknown.IsLike(unknown with { Sparsity = 0.5 }));
    }

    private RunResults Read(string text) => JsonSummary.Read(_folder.WriteText("summary.json", text));
}
