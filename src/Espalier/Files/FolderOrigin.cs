using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Espalier.Files;

/// <summary>
/// What the content of a folder is made of, inputs by digest and options by value, kept there as <c>KIND-origin.json</c>: who comes to the
/// folder again goes on, or finds its work done, only if it would make the same.
/// </summary>
/// <param name="folder">The folder.</param>
/// <param name="kind">What is made there, such as <c>training</c>.</param>
/// <param name="madeOf">Facts by name; digests begin with <see cref="DigestPrefix"/>.</param>
public sealed class FolderOrigin(string folder, string kind, JsonObject madeOf)
{
    /// <summary>What the digest of an input begins with: messages name it without its value.</summary>
    public const string DigestPrefix = "sha256:";

    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    private readonly string _file = Path.Combine(folder, $"{kind}-origin.json");

    /// <summary>Refuses to go on with what others made.</summary>
    /// <param name="results">Names of files or folders in it that such work leaves: where there is one and nothing says what it is made of,
    /// it is not taken either.</param>
    /// <exception cref="InputException">The folder holds the work of other inputs or options; the message names what differs.</exception>
    public void MustMatch(IEnumerable<string> results)
    {
        if (!File.Exists(_file))
        {
            if (results.FirstOrDefault(name => Path.Exists(Path.Combine(folder, name))) is { } found)
                throw new InputException(
                    $"'{folder}' holds {found}, and no {Path.GetFileName(_file)} says what that {kind} was made of; {Advice}."
                );
            return;
        }
        JsonObject there = Read();
        string[] differences = Differences(madeOf.Select(fact => fact.Key).Union(there.Select(fact => fact.Key)), there, madeOf);
        if (differences.Length > 0)
            throw new InputException(
                $"'{folder}' holds {("aeiou".Contains(kind[0]) ? "an" : "a")} {kind} with {Listed(differences)}; {Advice}."
            );
    }

    /// <summary>Writes it down, before anything else is written there.</summary>
    public void Keep()
    {
        if (!File.Exists(_file))
            AtomicFile.WriteText(_file, madeOf.ToJsonString(s_indented) + "\n");
    }

    /// <summary>In what two folders differ, such as <c>another start</c>; nothing where one of them does not say.</summary>
    /// <param name="first">A folder.</param>
    /// <param name="second">Another, of whose side it is told.</param>
    /// <param name="kind">What was made in both.</param>
    /// <param name="facts">Names of those that count.</param>
    /// <exception cref="InputException">What a folder says is damaged.</exception>
    internal static IReadOnlyList<string> Differences(string first, string second, string kind, IEnumerable<string> facts)
    {
        FolderOrigin[] both = [new(first, kind, []), new(second, kind, [])];
        if (!Array.TrueForAll(both, one => File.Exists(one._file)))
            return [];
        return Differences(facts, there: both[1].Read(), here: both[0].Read());
    }

    /// <summary>The digest of some content, as a fact.</summary>
    public static string Digest(ReadOnlySpan<byte> content) => DigestPrefix + Convert.ToHexStringLower(SHA256.HashData(content));

    private const string Advice = "choose another folder, or remove it";

    private static string[] Differences(IEnumerable<string> facts, JsonObject there, JsonObject here) =>
        [.. facts.Where(name => Text(there[name]) != Text(here[name])).Select(name => Difference(name, there[name], here[name]))];

    private static string Difference(string name, JsonNode? there, JsonNode? here)
    {
        string words = name.Replace('_', ' ');
        bool isInput = Text(there ?? here).StartsWith(DigestPrefix, StringComparison.Ordinal);
        if (isInput)
            return there is null ? $"no {words}"
                : here is null ? $"a {words}"
                : $"another {words}";
        return $"{words} {Text(there)} instead of {Text(here)}";
    }

    private static string Listed(string[] parts) => parts.Length == 1 ? parts[0] : $"{string.Join(", ", parts[..^1])} and {parts[^1]}";

    private static string Text(JsonNode? node) =>
        node switch
        {
            null => "none",
            JsonValue when node.GetValueKind() == JsonValueKind.String => node.GetValue<string>(),
            _ => node.ToJsonString(),
        };

    private JsonObject Read()
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(_file)) as JsonObject ?? throw new JsonException("no object");
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException)
        {
            throw new InputException($"'{_file}' is damaged, so that nothing says what the {kind} there was made of; {Advice}.", fault);
        }
        catch (Exception fault) when (FileFaults.IsFault(fault))
        {
            throw FileFaults.Reading(_file, fault);
        }
    }
}
