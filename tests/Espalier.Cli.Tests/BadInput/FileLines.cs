using static Espalier.Cli.Tests.BadInput.Begun;

namespace Espalier.Cli.Tests.BadInput;

/// <summary>Files of networks, masks and permutations that are damaged, of something else, or absent.</summary>
internal static class FileLines
{
    public static IEnumerable<(string Line, string About)> All()
    {
        foreach (string damage in new[] { "cut", "empty", "text", "flipped" })
        {
            string weights = $"{{{damage}/weights.safetensors}}",
                mask = $"{{{damage}/mask.safetensors}}",
                pi = $"{{{damage}/pi.safetensors}}";
            yield return ($"show {weights}", damage);
            yield return ($"evaluate {weights} --threads 1", damage);
            yield return ($"{Train} --from {weights}", damage);
            yield return ($"{Train} --mask {mask}", damage);
            yield return ($"transplant {{good/mask.safetensors}} -p {pi} --start {{good/weights.safetensors}} --out {Out}", damage);
        }
        foreach (string damage in new[] { "nan", "infinite", "shape", "missing", "integers", "renamed" })
            yield return ($"{Train} --from {{{damage}/weights.safetensors}}", damage);
        foreach (string damage in new[] { "renamed", "shape", "twos", "blank" })
            yield return ($"{Train} --mask {{{damage}/mask.safetensors}}", damage);
        foreach (string damage in new[] { "repeated", "range", "short", "missing" })
            yield return (
                $"transplant {{good/mask.safetensors}} -p {{{damage}/pi.safetensors}} --start {{good/weights.safetensors}} --out {Out}",
                damage
            );
        foreach (string damage in new[] { "cut", "empty", "text", "flipped" })
            yield return ($"convert {{{damage}/weights.safetensors}} --out {{out.pth}}", damage);
        yield return ("convert {good/weights.safetensors} --out {out.onnx}", ".safetensors, or .pth");
        yield return ("convert {good/weights.safetensors} --as pruned --out {out.pth}", "--mask");
        yield return ("convert {good/weights.safetensors} --mask {other/mask.safetensors} --out {out.pth}", "fingerprint");
        yield return ("convert {good/weights.safetensors} --mask {good/mask.safetensors} --as axes --out {out.pth}", "pruned or zeros");
        yield return ("convert {good/pi.safetensors} --as zeros --out {out.pth}", "groups or axes");
        yield return ("convert {good/weights.safetensors} --as neat --out {out.pth}", "neat");
        yield return ("diff {good/weights.safetensors} {good/mask.safetensors}", "two of one kind");
        yield return ("diff {good/weights.safetensors} {other/weights.safetensors}", "fingerprint");
        yield return ("diff {good/pi.safetensors} {cut/pi.safetensors}", "cut");
        yield return ("diff {good/mask.safetensors} {nowhere.safetensors}", "nowhere");
        yield return ("diff {nameless/weights.safetensors} {good/weights.safetensors}", "--model");
        yield return ("align {good/weights.safetensors} {other/weights.safetensors} --threads 1 --out {out}", "fingerprint");
        yield return ("align {good/weights.safetensors} {good/weights.safetensors} --how of=pruned --threads 1 --out {out}", "of=pruned");
        yield return ("convert {nowhere.safetensors} --out {out.pth}", "nowhere");
        yield return ("evaluate {nameless/weights.safetensors} --threads 1", "name the model");
        yield return ("evaluate {nowhere.safetensors} --threads 1", "nowhere");
        yield return ("evaluate {folder} --threads 1", "folder");
        yield return ("evaluate {text.pt} --model mlp:width=16 --threads 1", "text.pt");
        yield return ("show {text.pt}", "text.pt");
        yield return ("show {repeated/pi.safetensors}", "repeated");
        yield return ("show {twos/mask.safetensors}", "twos");
        yield return ("show {nowhere.safetensors}", "nowhere");
        yield return ("show {folder}", "folder");
        yield return ("evaluate {good/mask.safetensors} --threads 1", "espalier.weights");
        yield return ($"{Train} --mask {{other/mask.safetensors}}", "fingerprint");
        yield return ($"{Train} --from {{other/weights.safetensors}}", "fingerprint");
        yield return ($"{Train} --mask {{good/pi.safetensors}}", "espalier.mask");
        yield return ($"{Train} --mask {{good/weights.safetensors}}", "espalier.mask");
        yield return ($"transplant {{good/pi.safetensors}} --start {{good/weights.safetensors}} --out {Out}", "espalier.mask");
        yield return (
            $"transplant {{good/mask.safetensors}} -p {{good/mask.safetensors}} --start {{good/weights.safetensors}} --out {Out}",
            "espalier.permutation"
        );
        yield return (
            $"transplant {{good/mask.safetensors}} -p {{other/pi.safetensors}} --start {{good/weights.safetensors}} --out {Out}",
            "fingerprint"
        );
        yield return ($"transplant {{other/mask.safetensors}} --start {{good/weights.safetensors}} --out {Out}", "fingerprint");
        yield return (
            $"match {{good/weights.safetensors}} {{other/weights.safetensors}} --threads 1 --out {{out/pi.safetensors}}",
            "fingerprint"
        );
        yield return ("evaluate {good/weights.safetensors} --threads 1 --mask {other/mask.safetensors}", "fingerprint");
    }
}
