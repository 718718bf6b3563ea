using Espalier.Lab.Findings;

namespace Espalier.Cli.Terminal;

/// <summary>A mean over seeds as a terminal shows it.</summary>
internal static class MeanText
{
    /// <summary>Mean ± standard deviation; the mean alone of one value, a dash of none.</summary>
    public static string Of(MeanStd value) =>
        value.Count switch
        {
            0 => "-",
            1 => $"{value.Mean:0.00}",
            _ => $"{value.Mean:0.00} ± {value.Std:0.00}",
        };
}
