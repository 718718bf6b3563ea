using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Espalier.Lab.Design;
using Espalier.Lab.Findings;
using Espalier.Reports.Analysis;

namespace Espalier.Reports.Tables;

/// <summary>Everything that was measured, but for curves, as JSON for other programs.</summary>
internal static class JsonReport
{
    /// <summary>How its numbers are spelled.</summary>
    internal static JsonSerializerOptions Options { get; } =
        new()
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            WriteIndented = true,
            NewLine = "\n",
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            Converters = { new NumberOrNull(), new InASentence(), new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
        };

    public static string Of(RunView view)
    {
        RunResults results = view.Given;
        return JsonSerializer.Serialize(
                new
                {
                    Run = results.Run,
                    Comparisons = view
                        .Models.SelectMany(view.Rows)
                        .Select(row => new
                        {
                            row.Model,
                            row.Sparsity,
                            row.SparsityOfAllWeights,
                            row.RewindEpoch,
                            row.MatchEpoch,
                            Methods = view.Methods.Sort(row.Accuracy.Keys).ToDictionary(method => method, row.Mean),
                            PermutedMinus = row.Of(MethodNames.Permuted).Count == 0
                                ? []
                                : view
                                    .Methods.Sort(row.Accuracy.Keys)
                                    .Where(method => method != MethodNames.Permuted)
                                    .ToDictionary(method => method, method => row.Difference(MethodNames.Permuted, method)),
                            GapClosed = row.Gap().Share,
                            Gaps = view
                                .Methods.Sort(row.Accuracy.Keys)
                                .Where(method => method is not (MethodNames.Lth or MethodNames.Naive))
                                .ToDictionary(
                                    method => method,
                                    method =>
                                    {
                                        GapClosed gap = row.Gap(method);
                                        return new
                                        {
                                            gap.Standing,
                                            gap.Share,
                                            gap.Low,
                                            gap.High,
                                            gap.Count,
                                            gap.IsKnown,
                                            Reason = GapReason.Of(gap),
                                        };
                                    }
                                ),
                        }),
                    results.Cells,
                    results.Studies,
                    results.Matches,
                    results.Densities,
                    results.Signs,
                    results.Costs,
                    results.PaperCosts,
                    results.ReleasedCosts,
                },
                Options
            ) + "\n";
    }

    /// <summary>A deviation is told as people are told it.</summary>
    private sealed class InASentence : JsonConverter<Deviation>
    {
        public override Deviation Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            DeviationSentence.Told(reader.GetString() ?? throw new JsonException("a deviation is null"));

        public override void Write(Utf8JsonWriter writer, Deviation value, JsonSerializerOptions options) =>
            writer.WriteStringValue(DeviationSentence.Of(value));
    }

    /// <summary>JSON has no word for a standard deviation that does not exist: null.</summary>
    private sealed class NumberOrNull : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Null ? double.NaN : reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value))
                writer.WriteNumberValue(value);
            else
                writer.WriteNullValue();
        }
    }
}
