using System.Net;
using System.Text;

namespace Espalier.Reports.Html;

/// <summary>Writes HTML that is well-formed XML too. Every text and attribute is escaped; only <see cref="Raw"/> is not.</summary>
internal sealed class HtmlWriter
{
    private readonly StringBuilder _text = new("<!DOCTYPE html>\n");

    /// <summary>An element with content.</summary>
    public HtmlWriter Element(string name, Action content, params (string Name, string? Value)[] attributes)
    {
        Open(name, attributes);
        content();
        _text.Append("</").Append(name).Append(">\n");
        return this;
    }

    /// <summary>An element that holds text alone.</summary>
    public HtmlWriter Element(string name, string text, params (string Name, string? Value)[] attributes) =>
        Element(name, () => Text(text), attributes);

    /// <summary>An element without content, such as meta.</summary>
    public HtmlWriter Void(string name, params (string Name, string? Value)[] attributes)
    {
        Open(name, attributes);
        _text.Length--;
        _text.Append("/>\n");
        return this;
    }

    /// <summary>Text.</summary>
    public HtmlWriter Text(string text)
    {
        _text.Append(WebUtility.HtmlEncode(text));
        return this;
    }

    /// <summary>Markup that is known to be sound: figures and the style sheet.</summary>
    public HtmlWriter Raw(string markup)
    {
        _text.Append(markup);
        return this;
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    private void Open(string name, (string Name, string? Value)[] attributes)
    {
        _text.Append('<').Append(name);
        foreach ((string attribute, string? value) in attributes)
            if (value != null)
                _text.Append(' ').Append(attribute).Append("=\"").Append(WebUtility.HtmlEncode(value)).Append('"');
        _text.Append('>');
    }
}
