using System.Globalization;

namespace Espalier.Networks;

/// <summary>The options after a model's name: <c>width=4,shortcut=conv1x1</c>.</summary>
internal sealed class ModelOptions
{
    private readonly string _model;
    private readonly Dictionary<string, string> _given = new(StringComparer.Ordinal);

    /// <param name="model">The name.</param>
    /// <param name="text">What follows the colon.</param>
    /// <param name="known">Options that it has.</param>
    /// <exception cref="InputException">There is another.</exception>
    public ModelOptions(string model, string text, IReadOnlyList<string> known)
    {
        _model = model;
        foreach (string option in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] pair = option.Split('=', 2);
            if (pair.Length < 2 || !known.Contains(pair[0]))
                throw Nearest.Unknown($"option of model {model}", pair[0], known);
            _given[pair[0]] = pair[1];
        }
    }

    /// <summary>A whole number from 1 to 65536.</summary>
    public int Size(string name, int usual) =>
        !_given.TryGetValue(name, out string? text) ? usual
        : PlainNumber.TryParse(text, out int size) && size is >= 1 and <= 65536 ? size
        : throw new InputException($"Option {name}={text} of model '{_model}' is out of range; expected a whole number from 1 to 65536.");

    /// <summary>What multiplies a network's channels; they stay multiples of 8.</summary>
    public Width Width() =>
        !_given.TryGetValue("width", out string? text) ? new Width(1)
        : double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double factor)
        && factor is >= 0.01 and <= 64
            ? new Width(factor)
        : throw new InputException($"Option width={text} of model '{_model}' is out of range; expected a number from 0.01 to 64.");

    /// <summary>One of some words; the first is usual.</summary>
    public string Word(string name, params string[] words) =>
        !_given.TryGetValue(name, out string? text) ? words[0]
        : words.Contains(text) ? text
        : throw Nearest.Unknown(name, text, words);
}
