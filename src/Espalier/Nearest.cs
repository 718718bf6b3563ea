namespace Espalier;

/// <summary>Helps with a mistyped name.</summary>
public static class Nearest
{
    /// <summary>The end of a sentence: <c>did you mean 'mlp'? Known are mlp, resnet20, vgg11</c>.</summary>
    /// <param name="given">What the user wrote.</param>
    /// <param name="known">What would have been understood.</param>
    public static string Suggest(string given, IEnumerable<string> known)
    {
        string[] names = [.. known];
        if (names.Length == 0) return "none is known";
        string best = names.MinBy(name => Distance(given, name))!;
        string list = string.Join(", ", names.Take(20)) + (names.Length > 20 ? ", …" : "");
        return Distance(given, best) <= Math.Max(2, best.Length / 2) ? $"did you mean '{best}'? Known are {list}" : $"known are {list}";
    }

    /// <summary>Levenshtein distance without regard to case.</summary>
    public static int Distance(string left, string right)
    {
        int[] row = [.. Enumerable.Range(0, right.Length + 1)];
        for (int i = 0; i < left.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i + 1;
            for (int j = 0; j < right.Length; j++)
            {
                int substitute = diagonal + (char.ToUpperInvariant(left[i]) == char.ToUpperInvariant(right[j]) ? 0 : 1);
                diagonal = row[j + 1];
                row[j + 1] = Math.Min(substitute, Math.Min(diagonal, row[j]) + 1);
            }
        }
        return row[^1];
    }
}
