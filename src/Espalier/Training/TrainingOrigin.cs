using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Espalier.Data;
using Espalier.Files;
using Espalier.Weights;

namespace Espalier.Training;

/// <summary>
/// What a training's result depends on, as facts for people: the same facts give the same bits on the same kind of processor.
/// </summary>
public static class TrainingOrigin
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>Of one training.</summary>
    public static JsonObject Of(TrainingRun run, TrainingOptions options, DataSet images)
    {
        JsonObject facts = new() { ["start"] = Digests.Of(run.Start) };
        if (run.Mask is not null)
            facts["mask"] = Digests.Of(run.Mask);
        facts["data_set"] = FolderOrigin.DigestPrefix + images.Digest;
        (facts["seed"], facts["stream"]) = (run.Seed, run.DataStream);
        AddOptions(facts, options, "");
        if (run.Updates is not null)
            facts["updates"] = $"{run.Updates.Rule} {JsonSerializer.Serialize<object>(run.Updates, s_json)}";
        return facts;
    }

    /// <summary>Adds every option of a training, its name after a prefix.</summary>
    public static void AddOptions(JsonObject facts, TrainingOptions options, string prefix)
    {
        foreach ((string name, JsonNode? value) in (JsonObject)JsonSerializer.SerializeToNode(options, s_json)!)
            facts[prefix + name] = value?.DeepClone();
    }
}
