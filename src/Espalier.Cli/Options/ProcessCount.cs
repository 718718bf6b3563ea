namespace Espalier.Cli.Options;

/// <summary>How many workers, ranks or threads may be asked for.</summary>
internal static class ProcessCount
{
    private const int Most = 1024;

    /// <summary>The number that was asked for, if any.</summary>
    /// <param name="asked">It.</param>
    /// <param name="unit">What of, such as <c>worker</c>.</param>
    /// <param name="option">The option that asks.</param>
    /// <exception cref="InputException">It is impossible.</exception>
    public static int? Possible(int? asked, string unit, string option) =>
        asked is < 1 or > Most
            ? throw new InputException($"{Counted.Of(asked.Value, unit)} ({option}) are impossible; expected 1 to {Most}.")
            : asked;
}
