using System.Text;
using System.Text.Json;

namespace Espalier.Files;

/// <summary>A JSON value that knows on which line it stands, so that what is wrong with it can be said where it is.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Place">The source and, of a text of several lines, the line: what a sentence about it begins with.</param>
/// <param name="Text">A string's characters, or a number's digits.</param>
internal sealed record JsonPart(JsonValueKind Kind, string Place, string Text)
{
    /// <summary>Of an object, in their order; each name once.</summary>
    public IReadOnlyList<KeyValuePair<string, JsonPart>> Members { get; private init; } = [];

    /// <summary>Of a list.</summary>
    public IReadOnlyList<JsonPart> Items { get; private init; } = [];

    /// <summary>A member, or null where there is none or it is null.</summary>
    public JsonPart? this[string name] =>
        Members.FirstOrDefault(member => member.Key == name).Value is { Kind: not JsonValueKind.Null } found ? found : null;

    /// <summary>A refusal that says where.</summary>
    public InputException Refuse(string sentence) => new($"{Place}: {sentence}");

    /// <summary>Refuses members that nobody knows; the nearest known one is named.</summary>
    /// <param name="kind">What a member is, such as <c>key of a node</c>.</param>
    /// <param name="known">Every name there is.</param>
    /// <exception cref="InputException">There is another.</exception>
    public void MustHaveOnly(string kind, IReadOnlyList<string> known)
    {
        foreach ((string name, JsonPart value) in Members)
            if (!known.Contains(name))
                throw value.Refuse(Nearest.Unknown(kind, FileFaults.Shorten(name), known).Message);
    }

    /// <summary>The value as a message shows it.</summary>
    public override string ToString() =>
        Kind switch
        {
            JsonValueKind.Object => "an object",
            JsonValueKind.Array => "a list",
            JsonValueKind.String => $"\"{FileFaults.Shorten(Text)}\"",
            JsonValueKind.Number => FileFaults.Shorten(Text),
            _ => Kind.ToString().ToLowerInvariant(),
        };

    /// <summary>Reads a text; comments and trailing commas are allowed.</summary>
    /// <param name="text">JSON.</param>
    /// <param name="source">Where it comes from.</param>
    /// <exception cref="InputException">It is no JSON, or an object has a name twice.</exception>
    public static JsonPart Parse(string text, string source)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        var lines = new LineCounter(bytes, source);
        try
        {
            var lenient = new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
            var reader = new Utf8JsonReader(bytes, lenient);
            reader.Read();
            JsonPart root = Read(ref reader, lines);
            reader.Read(); // refuses what follows
            return root;
        }
        catch (JsonException fault)
        {
            throw new InputException($"{lines.At(fault.LineNumber ?? 0)}: it is no JSON: {Reason(fault)}.", fault);
        }
    }

    /// <summary>What the reader says, without its way to name places, and without all that it quotes of a file that is no JSON.</summary>
    private static string Reason(JsonException fault)
    {
        string said = fault.Message.Split(" Path: ", 2)[0].Split(" LineNumber: ", 2)[0].TrimEnd('.', ' ');
        return said.Length > 160 ? $"it begins with {FileFaults.Shorten(said)}" : said;
    }

    private static JsonPart Read(ref Utf8JsonReader reader, LineCounter lines)
    {
        string place = lines.Of(reader.TokenStartIndex);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var members = new List<KeyValuePair<string, JsonPart>>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    (string name, string at) = (Characters(ref reader, lines), lines.Of(reader.TokenStartIndex));
                    if (members.Any(member => member.Key == name))
                        throw new InputException($"{at}: '{FileFaults.Shorten(name)}' stands twice in one object.");
                    reader.Read();
                    members.Add(new(name, Read(ref reader, lines)));
                }
                return new JsonPart(JsonValueKind.Object, place, "") { Members = members };
            case JsonTokenType.StartArray:
                var items = new List<JsonPart>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    items.Add(Read(ref reader, lines));
                return new JsonPart(JsonValueKind.Array, place, "") { Items = items };
            case JsonTokenType.String:
                return new JsonPart(JsonValueKind.String, place, Characters(ref reader, lines));
            case JsonTokenType.Number:
                return new JsonPart(JsonValueKind.Number, place, Encoding.UTF8.GetString(reader.ValueSpan));
            case JsonTokenType.True:
                return new JsonPart(JsonValueKind.True, place, "");
            case JsonTokenType.False:
                return new JsonPart(JsonValueKind.False, place, "");
            default:
                return new JsonPart(JsonValueKind.Null, place, "");
        }
    }

    private static string Characters(ref Utf8JsonReader reader, LineCounter lines)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException fault)
        {
            throw new InputException($"{lines.Of(reader.TokenStartIndex)}: it is no JSON: a text there holds half a character.", fault);
        }
    }

    /// <summary>Names lines from 1; positions come in ascending order.</summary>
    private sealed class LineCounter(byte[] bytes, string source)
    {
        private readonly bool _several = bytes.AsSpan().TrimEnd("\r\n \t"u8).Contains((byte)'\n');
        private long _at,
            _line;

        public string Of(long position)
        {
            for (; _at < position; _at++)
                if (bytes[_at] == '\n')
                    _line++;
            return At(_line);
        }

        public string At(long line) => _several ? $"{source}, line {line + 1}" : source;
    }
}
