using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Espalier.Files;

namespace Espalier.Lab.Engine.Store;

/// <summary>What an artefact is: <c>manifest.json</c> in its folder. An artefact without a valid one does not count as finished.</summary>
/// <param name="Format">Version of this format.</param>
/// <param name="Id">The stage's id.</param>
/// <param name="Title">The stage, for people.</param>
/// <param name="Stage">What the id is the hash of: kind, version, options, ids of the inputs.</param>
/// <param name="Images">Digests of the images it computed on, by data set; empty where it read none.</param>
/// <param name="Files">The artefact's other files by name.</param>
/// <param name="Numbers">What it measured.</param>
/// <param name="Epochs">Epochs trained.</param>
/// <param name="Provenance">Who made it.</param>
public sealed record Manifest(
    int Format,
    string Id,
    string Title,
    JsonObject Stage,
    IReadOnlyDictionary<string, string> Images,
    IReadOnlyDictionary<string, ArtefactFile> Files,
    IReadOnlyDictionary<string, double> Numbers,
    int Epochs,
    Provenance Provenance
)
{
    /// <summary>The format written here.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Its file name.</summary>
    public const string FileName = "manifest.json";

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // a file of its own, never part of a page
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    /// <summary>Its kind of stage.</summary>
    [JsonIgnore]
    public string Kind => (string)Stage["kind"]!;

    /// <summary>Bytes of all files.</summary>
    [JsonIgnore]
    public long Bytes => Files.Values.Sum(file => file.Bytes);

    /// <summary>As JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Options);

    /// <summary>Reads a manifest.</summary>
    /// <returns>None if the file is missing, or holds no manifest of this format.</returns>
    /// <exception cref="InputException">It cannot be read just now, which says nothing about it: no file handles left, access
    /// denied.</exception>
    public static Manifest? TryRead(string path)
    {
        try
        {
            return
                JsonSerializer.Deserialize<Manifest>(File.ReadAllBytes(path), Options) is { Format: CurrentFormat } manifest
                && manifest.Stage["kind"] is JsonValue
                ? manifest
                : null;
        }
        catch (Exception fault)
            when (fault is JsonException or InvalidOperationException or FileNotFoundException or DirectoryNotFoundException
                || FileFaults.IsOfTheDisk(fault)
            )
        {
            return null;
        }
        catch (Exception fault) when (FileFaults.IsFault(fault))
        {
            throw FileFaults.Reading(path, fault);
        }
    }
}
