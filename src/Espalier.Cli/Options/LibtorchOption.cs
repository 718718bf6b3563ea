using System.CommandLine;
using Espalier.Runtime.Loading;

namespace Espalier.Cli.Options;

/// <summary>The option of every command that says which native tensor library computes.</summary>
internal static class LibtorchOption
{
    public const string Name = "--libtorch";

    public static Option<string?> Folder { get; } =
        new(Name)
        {
            Description =
                "Folder of an installed PyTorch or an unpacked libtorch to compute with, or built-in; default: the environment's "
                + $"{Libtorch.Variable}, else python3's PyTorch where only that one has CUDA and there is a GPU.",
            Recursive = true,
        };

    /// <summary>Chooses and loads it: before anything of the tensor library is used.</summary>
    /// <exception cref="InputException">It is no such folder, or cannot be loaded.</exception>
    public static void Apply(ParseResult parsed) => Libtorch.Use(parsed.GetValue(Folder), MayWantGpu(parsed));

    private static bool MayWantGpu(ParseResult parsed) =>
        parsed.CommandResult.Command.Options.FirstOrDefault(option => option.Name == "--device") is Option<string> device
        && parsed.GetValue(device) != "cpu";

    /// <summary>What another process is told, so that it computes with the same library.</summary>
    public static string Current => Libtorch.Current.Folder?.Libraries ?? Libtorch.BuiltIn;
}
