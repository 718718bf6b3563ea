using static Espalier.Cli.Tests.BadInput.Begun;

namespace Espalier.Cli.Tests.BadInput;

/// <summary>Images that are absent, damaged or too few, and constants that do not fit them.</summary>
internal static class DataLines
{
    public static IEnumerable<(string Line, string About)> All()
    {
        yield return ("data show --dataset cifar10 --data {nowhere}", "espalier data fetch cifar10");
        yield return ("data show --dataset cifar10 --data {folder}", "no cifar10");
        yield return ("data show --dataset cifar10 --data {cifar-cut}", "data_batch_3.bin");
        yield return ("data show --dataset cifar10 --data {cifar-label}", "data_batch_2.bin");
        yield return ("data show --dataset cifar10 --data {text.pt}", "text.pt");
        yield return ("data show --dataset mnist --data {idx-cut}", "train-images-idx3-ubyte");
        yield return ("data show --dataset mnist --data {idx-text}", "ubyte");
        yield return ("data show --dataset cifar11", "cifar10");
        yield return ("data fetch cifar11", "cifar10");
        yield return ("data show --sheet {text.pt/sheet.png}", "sheet.png");
        yield return ($"{Train} --dataset cifar11", "cifar10");
        foreach (
            (string constants, string about) in new[]
            {
                ("0.5", "normalisation"),
                ("0.5/0.2/0.1", "slash"),
                ("a/b", "'a'"),
                ("0.5,0.5,0.5/0.2,0.2,0.2", "channels"),
                ("0.5/0", "deviation"),
                ("0.5/-1", "deviation"),
                ("nan/1", "not a number"),
                ("/", "normalisation"),
                ("imagenet", "channels"),
            }
        )
            yield return ($"{Train} --normalization {constants}", about);
        yield return ("evaluate {good/weights.safetensors} --threads 1 --normalization 0.5,0.5/1,1", "channels");
        foreach (string count in new[] { "0", "-5", "1000000", "some", "1.5" })
            yield return ($"train --model mlp:width=16 --epochs 1 --threads 1 --out {Out} --train-images {count}", count);
    }
}
