using System.Text.RegularExpressions;
using Espalier.Matching;

namespace Espalier.Cli.Options;

/// <summary>A file that a command writes: never one that it reads, never one of a finished training, pruning or transplant.</summary>
internal static partial class OutputFile
{
    /// <summary>Refuses, before anything is computed, to write where something would be lost.</summary>
    /// <param name="path">The file to be written.</param>
    /// <param name="inputs">Files that the command reads; none for options left out.</param>
    /// <exception cref="InputException">The file is an input, or belongs to a folder whose origin is kept in it.</exception>
    public static void MustReplaceNothing(string path, params string?[] inputs)
    {
        if (!File.Exists(path))
            return;
        if (inputs.FirstOrDefault(input => input is not null && Resolved(input) == Resolved(path)) is not null)
            throw new InputException($"'{path}' is read and would be written over; choose another file to write.");
        string folder = Path.GetDirectoryName(Resolved(path))!;
        if (
            Kept().IsMatch(Path.GetFileName(Resolved(path)))
            && Directory.EnumerateFiles(folder, "*-origin.json").Select(Path.GetFileName).FirstOrDefault() is { } origin
        )
            throw new InputException(
                $"'{path}' belongs to the work that '{origin}' beside it describes, and would be written over; "
                    + "choose another file to write."
            );
    }

    /// <summary>Refuses a permutation whose scores, which go beside it as .json, would replace something else.</summary>
    /// <exception cref="InputException">What is there is no match's scores, or they would be the permutation's own file.</exception>
    public static void MustReplaceScoresAlone(string path)
    {
        string scores = Path.ChangeExtension(path, ".json");
        if (scores == path)
            throw new InputException(
                $"'{path}' is where the scores of the match go; give the permutation another name, such as π.safetensors."
            );
        if (!File.Exists(scores))
            return;
        try
        {
            _ = MatchFile.ReadGroups(scores);
        }
        catch (InputException fault)
        {
            throw new InputException(
                $"'{scores}', where the scores of the match go, holds something else and would be written over; choose another file.",
                fault
            );
        }
    }

    /// <summary>The page of a match, beside its permutation.</summary>
    public static string PageOf(string permutation) => Path.ChangeExtension(permutation, ".html");

    /// <summary>Refuses work whose page would replace something else than a page of such work.</summary>
    /// <param name="page">The page.</param>
    /// <param name="command">The command that writes it.</param>
    /// <exception cref="InputException">What is there is no such page.</exception>
    public static void MustReplacePageAlone(string page, string command)
    {
        const int Beginning = 10; // lines
        if (!File.Exists(page))
            return;
        string begin = "";
        try
        {
            begin = string.Concat(File.ReadLines(page).Take(Beginning));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Whatever cannot be read is none of ours.
        }
        if (!begin.Contains($"<title>Espalier: {command}</title>", StringComparison.Ordinal))
            throw new InputException(
                $"'{page}', where the page of {command} goes, holds something else and would be written over; choose another place."
            );
    }

    /// <summary>Likewise of a match, whose page may not be the permutation's own file.</summary>
    /// <exception cref="InputException">It is, or what is there is no page of a match.</exception>
    public static void MustReplacePageOfMatchAlone(string permutation)
    {
        string page = PageOf(permutation);
        if (page == permutation)
            throw new InputException(
                $"'{permutation}' is where the page of the match goes; give the permutation another name, such as π.safetensors."
            );
        MustReplacePageAlone(page, "match");
    }

    private static string Resolved(string path)
    {
        string full = Path.GetFullPath(path);
        return File.Exists(full) ? File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full : full;
    }

    [GeneratedRegex(@"^(weights|start|resume|mask|epoch-\d+(-mask)?)\.safetensors$|^metrics\.jsonl$|^events\.|-origin\.json$")]
    private static partial Regex Kept();
}
