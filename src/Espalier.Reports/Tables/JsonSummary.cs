using System.Text.Json;
using Espalier.Lab.Findings;

namespace Espalier.Reports.Tables;

/// <summary>Reads what <see cref="JsonReport"/> wrote, by this version or an earlier one, which knew fewer kinds of numbers.</summary>
internal static class JsonSummary
{
    /// <exception cref="InputException">It is none, or not there.</exception>
    public static RunResults Read(string path)
    {
        try
        {
            Content content =
                JsonSerializer.Deserialize<Content>(File.ReadAllText(path), JsonReport.Options) ?? throw new JsonException("it is null");
            return new RunResults(content.Run, content.Cells, content.Matches, content.Densities, [], content.Costs, content.ReleasedCosts)
            {
                PaperCosts = content.PaperCosts ?? [],
                Signs = content.Signs ?? [],
                Studies = content.Studies ?? StudyResults.None,
                IsOfASummary = true,
            };
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"'{path}' cannot be read: {fault.Message.TrimEnd('.')}.", fault);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or NullReferenceException)
        {
            throw new InputException(
                $"'{path}' cannot be read as the summary of a run ({fault.Message.TrimEnd('.')}); expected the file that a report wrote.",
                fault
            );
        }
    }

    /// <summary>What a page needs of it; comparisons follow from the cells.</summary>
    private sealed record Content(
        RunDescription Run,
        IReadOnlyList<ResultCell> Cells,
        IReadOnlyList<MatchResult> Matches,
        IReadOnlyList<LayerDensity> Densities,
        IReadOnlyList<KindCost> Costs,
        IReadOnlyList<KindCost> ReleasedCosts
    )
    {
        public IReadOnlyList<KindCost>? PaperCosts { get; init; }

        public IReadOnlyList<LayerAgreement>? Signs { get; init; }

        public StudyResults? Studies { get; init; }
    }
}
