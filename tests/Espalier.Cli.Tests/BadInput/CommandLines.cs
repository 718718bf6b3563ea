using static Espalier.Cli.Tests.BadInput.Begun;

namespace Espalier.Cli.Tests.BadInput;

/// <summary>Presets, stores and words that there are none of, and commands without their words.</summary>
internal static class CommandLines
{
    public static IEnumerable<(string Line, string About)> All()
    {
        yield return ($"reproduce table4 --out {Out}", "table4");
        yield return ("plan --preset tabel5", "table5");
        yield return ("store list --store {folder} --limit 0", "--limit");
        yield return ("store gc {nowhere}", "'espalier store gc --help'");
        yield return ("demo --device tpu --out {out}", "tpu");
        yield return ("plan tabel5", "table5");
        yield return ("plan reproduce", "PRESET");
        yield return ("plan reproduce tabel5", "table5");
        yield return ("plan table5 --preset table6", "one grid");
        yield return ("plan table5 table6", "one grid");
        yield return ("plan --workers 0", "--workers");
        yield return ("plan table10 --gpus-per-node 8", "says nothing without --nodes");
        yield return ("plan table10 --nodes 2 --device abacus", "no device 'abacus'");
        yield return ("plan table10 --device abacus", "a plan may also be for --device h200");
        yield return ("plan reproduce table5 --data {nowhere}", "nowhere");
        yield return ("evaluate {nowhere/weights.safetensors} --threads 1", "there is no such file");
        yield return ("plan {nowhere.json}", "nowhere");
        foreach (
            string command in new[]
            {
                "report {nowhere}",
                "report {good}",
                "store list --store {nowhere}",
                "store verify --store {good}",
                "store gc {nowhere} --store {nowhere}",
            }
        )
            yield return (command, command.Contains("nowhere") ? "nowhere" : "good");
        yield return ("evaluate {good/weights.safetensors} --threads 1 --split validation", "validation");
        yield return ("evaluate {good/weights.safetensors} --threads 1 --precision Half", "Half");
        yield return ($"demo --seeds 0 --out {Out}", "0 seeds");
        yield return ("completion powershell", "powershell");
        foreach (
            string line in new[]
            {
                "train",
                "prune --out x",
                "match a --out x",
                "match a b",
                "transplant m --out x",
                "transplant m --start s",
                "evaluate",
                "show",
                "completion",
                "data fetch",
                "train --out",
                "data",
            }
        )
            yield return (line, "");
    }
}
