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
    /// <summary>What folders call it.</summary>
    internal const string Kind = "training";

    private static readonly string[] s_whichTraining = ["start", "mask", "data_set", "seed", "stream"];

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

    /// <summary>Refuses a checkpoint of another training than the one that ended with some weights, where their folders say so.</summary>
    /// <param name="weights">File of a trained network.</param>
    /// <param name="checkpoint">File of a network after fewer epochs.</param>
    /// <exception cref="InputException">They began elsewhere, or saw other batches.</exception>
    public static void MustBeOfOneTraining(string weights, string checkpoint)
    {
        IReadOnlyList<string> found = FolderOrigin.Differences(Folder(weights), Folder(checkpoint), Kind, s_whichTraining);
        if (found.Count > 0)
            throw new InputException(
                $"'{checkpoint}' is of another training than '{weights}', with {string.Join(", ", found)}; expected that training's own "
                    + "checkpoint."
            );

        static string Folder(string file) => Path.GetDirectoryName(Path.GetFullPath(file))!;
    }

    /// <summary>Adds every option of a training, its name after a prefix.</summary>
    public static void AddOptions(JsonObject facts, TrainingOptions options, string prefix)
    {
        foreach ((string name, JsonNode? value) in (JsonObject)JsonSerializer.SerializeToNode(options, s_json)!)
            facts[prefix + name] = value?.DeepClone();
    }
}
