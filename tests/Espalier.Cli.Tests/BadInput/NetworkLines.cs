using static Espalier.Cli.Tests.BadInput.Begun;

namespace Espalier.Cli.Tests.BadInput;

/// <summary>Networks that there are none of, and descriptions of none.</summary>
internal static class NetworkLines
{
    public static IEnumerable<(string Line, string About)> All()
    {
        foreach (
            (string model, string about) in new[]
            {
                ("mlpp", "mlp"),
                ("mlp:width=0", "width"),
                ("mlp:width=x", "width"),
                ("mlp:hight=3", "hight"),
                ("mlp:width", "width"),
                ("mlp:depth=100000", "depth"),
                ("resnet20:shortcut=round", "shortcut"),
                ("{nowhere.json}", "nowhere"),
                ("{invalid.json}", "invalid"),
                ("{null.json}", "null"),
                ("{list.json}", "list"),
                ("{nodes.json}", "nodes"),
                ("{unknown.json}", "colour"),
                ("{larger.json}", "32"),
                ("{classes.json}", "11"),
            }
        )
            yield return ($"train --epochs 1 --train-images 256 --threads 1 --out {Out} --model {model}", about);
        yield return ($"train --epochs 1 --train-images 256 --threads 1 --out {Out} --model vgg11", "features");
    }
}
