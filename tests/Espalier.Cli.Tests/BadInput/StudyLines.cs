using static Espalier.Cli.Tests.BadInput.Begun;

namespace Espalier.Cli.Tests.BadInput;

/// <summary>Networks that no path lies between, and paths that cannot be measured.</summary>
internal static class StudyLines
{
    public static IEnumerable<(string Line, string About)> All()
    {
        const string Two = "{good/weights.safetensors} {good/weights.safetensors}",
            Tiny = "--train-images 256 --threads 1 --quiet";
        foreach (string command in new[] { "barrier", "repair --out {out/m.safetensors}", "plane {good/weights.safetensors} --out {out}" })
        {
            yield return ($"{command} {Tiny} {{good/weights.safetensors}} {{other/weights.safetensors}}", "fingerprint");
            yield return ($"{command} {Tiny} {{good/weights.safetensors}} {{nowhere.safetensors}}", "nowhere");
            yield return ($"{command} {Tiny} {Two} -p {{good/mask.safetensors}}", "espalier.permutation");
            yield return ($"{command} {Tiny} {Two} -p {{other/pi.safetensors}}", "fingerprint");
            yield return ($"{command} {Tiny} {Two} --statistics-images 1", "1 image");
            yield return ($"{command} {Tiny} {Two} --images 0", "0 images");
        }
        foreach (
            string command in new[]
            {
                "evaluate",
                "prune --out {out}",
                "train --out {out} --from",
                $"match {{good/weights.safetensors}} --out {{out/pi.safetensors}}",
                "barrier {good/weights.safetensors}",
                "repair {good/weights.safetensors} --out {out/m.safetensors}",
                $"plane {Two} --out {{out}}",
                "diversity {good/weights.safetensors}",
            }
        )
            yield return (
                $"{command} {{good/weights.safetensors}} --train-images 64 --threads 1 --quiet --dataset cifar10 --data {{cifar}}",
                command.StartsWith("match", StringComparison.Ordinal)
                    ? "takes images 1x28x28; cifar10 has images 3x32x32: name images of that size"
                    : "takes images 1x28x28 of 10 classes; cifar10 has images 3x32x32 of 10 classes: name the data set"
            );
        foreach (
            string command in new[]
            {
                "barrier",
                "repair --out {out/m.safetensors}",
                "match --match-images 64 --out {out/pi.safetensors}",
                "match --match-images 64 --how by=iterated --out {out/pi.safetensors}",
            }
        )
            yield return ($"{command} {Tiny} {{huge/weights.safetensors}} {{huge/weights.safetensors}}", "not finite");
        yield return ($"barrier {Tiny} {{good/weights.safetensors}} {{infinite/weights.safetensors}}", "not finite");
        foreach (string rest in new[] { "--points 1", "--points many", "--refinements -1", "--correction luck" })
            yield return ($"barrier {Tiny} {Two} {rest}", rest.Split(' ')[^1]);
        foreach (string rest in new[] { "--alpha 2", "--alpha nan", "--correction 7" })
            yield return ($"repair {Tiny} {Two} --out {{out/m.safetensors}} {rest}", rest.Split(' ')[^1]);
        foreach (string rest in new[] { "--points 1", "--margin -1" })
            yield return ($"plane {Tiny} {Two} {{good/weights.safetensors}} --out {Out} {rest}", rest.Split(' ')[^1]);
        yield return ($"plane {Tiny} {Two} {{good/weights.safetensors}} --out {Out}", "one line");
        yield return ($"plane {Tiny} {Two} --out {Out}", "network");
        yield return ($"repair {Tiny} {Two} --out /proc/x/m.safetensors", "/proc/x");
        yield return ($"diversity {Tiny} {{good/weights.safetensors}}", "at least 2");
        yield return ($"diversity {Tiny} {{nan/weights.safetensors}} {{good/weights.safetensors}}", "finite");
        yield return (
            "reproduce table1 --dataset fashion-mnist-10k --model mlp:width=16 --seeds 0 --quiet --workers 1 --threads 1 "
                + "--store {store} --out {out}",
            "at least two seeds"
        );
        yield return ($"{Run} --studies barier", "barrier");
        foreach (
            string option in new[] { "curve_points=1", "plane_points=0", "statistics_images=0", "study_images=0", "curve_refinements=-2" }
        )
            yield return ($"{Run} --set {option}", option.Split('=')[^1].TrimStart('-'));
    }
}
