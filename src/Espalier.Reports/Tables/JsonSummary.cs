using System.Globalization;
using System.Text.Json;
using Espalier.Lab.Findings;

namespace Espalier.Reports.Tables;

/// <summary>Reads what <see cref="JsonReport"/> wrote, by this version or an earlier one, which knew fewer kinds of numbers.</summary>
internal static class JsonSummary
{
    private static readonly JsonSerializerOptions Options = new(JsonReport.Options)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <exception cref="InputException">It is none, or not there.</exception>
    public static RunResults Read(string path)
    {
        try
        {
            Content content = JsonSerializer.Deserialize<Content>(File.ReadAllText(path), Options) ?? throw new JsonException("it is null");
            MustHaveWholeEpochs(content.Run);
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
            bool isMissing = fault is FileNotFoundException or DirectoryNotFoundException;
            throw new InputException($"Cannot read '{path}': {(isMissing ? "there is no such file" : fault.Message.TrimEnd('.'))}.", fault);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or NullReferenceException)
        {
            throw new InputException(
                $"'{path}' cannot be read as the summary of a run ({fault.Message.TrimEnd('.')}); expected the file that a report wrote.",
                fault
            );
        }
    }

    /// <summary>The schedule is told by them, where there are no curves.</summary>
    private static void MustHaveWholeEpochs(RunDescription run)
    {
        string? epochs = run.Settings.FirstOrDefault(option => option.Key == "epochs").Value;
        if (epochs is not null && !int.TryParse(epochs, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            throw new JsonException($"epochs is '{epochs}', which is no whole number");
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
