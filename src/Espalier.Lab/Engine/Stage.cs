using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Espalier.Lab.Engine;

/// <summary>
/// One piece of work of an experiment: a pure function of its options and of the artefacts of its inputs. The hash of both is its name, so
/// that two plans, or two cells of one plan, that need the same piece share it.
/// </summary>
public abstract class Stage
{
    /// <summary>How options are written, for hashes and manifests.</summary>
    internal static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    private readonly Lazy<string> _id;

    /// <summary>Names the inputs.</summary>
    protected Stage(params IReadOnlyList<Stage> inputs)
    {
        Inputs = inputs;
        _id = new(() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Describe().ToJsonString()))[..16]));
    }

    /// <summary>The kind of work, such as <c>dense</c>: the folder its artefacts lie in.</summary>
    public abstract string Kind { get; }

    /// <summary>What it is, for people: <c>A seed 0</c>.</summary>
    public abstract string Title { get; }

    /// <summary>Stages whose artefacts it reads.</summary>
    public IReadOnlyList<Stage> Inputs { get; }

    /// <summary>Every option that its artefact depends on.</summary>
    public abstract object Options { get; }

    /// <summary>Epochs of training in it.</summary>
    public virtual int Epochs => 0;

    /// <summary>Floating-point operations it takes, estimated.</summary>
    public virtual double Flops => 0;

    /// <summary>Bytes its artefact takes on disk, estimated.</summary>
    public virtual long Bytes => 0;

    /// <summary>Raised whenever the same options come to mean another computation; part of the hash.</summary>
    protected virtual int Version => 1;

    /// <summary>Hash of kind, version, options and inputs: 32 hexadecimal digits.</summary>
    public string Id => _id.Value;

    /// <summary>Does the work, or continues it, in the run's folder.</summary>
    /// <returns>Its numbers.</returns>
    public abstract StageResult Run(StageRun run);

    /// <summary>What the id is the hash of.</summary>
    internal JsonObject Describe() =>
        new()
        {
            ["kind"] = Kind,
            ["version"] = Version,
            ["options"] = JsonSerializer.SerializeToNode(Options, Json),
            ["inputs"] = new JsonArray([.. Inputs.Select(input => (JsonNode)input.Id)]),
        };
}
