using System.CommandLine.Parsing;

namespace Espalier.Cli.Options;

/// <summary>Workers of a run.</summary>
/// <param name="Number">So many; null to measure how many suit.</param>
internal readonly record struct WorkerCount(int? Number)
{
    private const string AutoWord = "auto";

    public static WorkerCount Auto { get; } = new(null);

    /// <summary>A number, or <c>auto</c>.</summary>
    public static WorkerCount Parse(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (text == AutoWord)
            return Auto;
        if (PlainNumber.TryParse(text, out int number))
            return new WorkerCount(number);
        result.AddError($"The value '{text}' of --workers is not a whole number in range, nor {AutoWord}");
        return Auto;
    }

    public override string ToString() => Number is { } number ? $"{number}" : AutoWord;
}
