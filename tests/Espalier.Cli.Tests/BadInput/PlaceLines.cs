using static Espalier.Cli.Tests.BadInput.Begun;

namespace Espalier.Cli.Tests.BadInput;

/// <summary>Folders and files that nothing can be written to.</summary>
internal static class PlaceLines
{
    public static IEnumerable<(string Line, string About)> All()
    {
        string train = Train.Replace(" --out {out}", "");
        yield return ($"{train} --checkpoints 0 --out {{text.pt/run}}", "text.pt");
        yield return ($"{train} --out {{text.pt/run}}", "text.pt");
        yield return ($"{train} --out /proc/x", "/proc/x");
        yield return ($"{train.Replace("--epochs 1", "--epochs 2")} --out {{good}}", "epochs 1 instead of 2");
        yield return ($"{train} --out {{interrupted}}", "other options");
        yield return ($"{Prune.Replace(" --out {out}", "")} --sparsity 0.5 --out {{text.pt/run}}", "text.pt");
        yield return ($"{Prune.Replace(" --out {out}", "")} --sparsity 0.5 --out /proc/x", "/proc/x");
        yield return (
            "match {good/weights.safetensors} {good/weights.safetensors} --match-images 64 --train-images 256 --threads 1 "
                + "--quiet --out /proc/x/pi.safetensors",
            "/proc/x"
        );
        yield return (
            "match {good/weights.safetensors} {good/weights.safetensors} --match-images 64 --train-images 256 --threads 1 "
                + "--quiet --out {folder}",
            "folder"
        );
        yield return ($"{Match.Replace(" --out {out/pi.safetensors}", "")} --out {{grid-key.safetensors}}", "grid-key.json");
        yield return ($"{Match.Replace(" --out {out/pi.safetensors}", "")} --out {{out/pi.json}}", "pi.json");
        yield return ("transplant {good/mask.safetensors} --start {good/weights.safetensors} --out /proc/x", "/proc/x");
        yield return ("transplant {good/mask.safetensors} --start {good/weights.safetensors} --out {text.pt}", "text.pt");
        yield return ($"{Run.Replace(" --out {out}", "")} --out /proc/x", "/proc/x");
        yield return ("data show --sheet /proc/x/sheet.png", "/proc/x");
    }
}
