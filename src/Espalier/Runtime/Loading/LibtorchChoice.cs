namespace Espalier.Runtime.Loading;

/// <summary>Which libtorch a process computes with, and why.</summary>
/// <param name="Folder">Its libraries; null for those beside the program.</param>
/// <param name="Origin">Where the choice comes from, such as <c>--libtorch</c> or <c>python3</c>.</param>
public sealed record LibtorchChoice(TorchFolder? Folder, string Origin)
{
    /// <summary>What was not taken although there is a GPU for it, and why, without its full stop; null where nothing was.</summary>
    public string? Refused { get; init; }

    /// <summary>What there is to choose from.</summary>
    /// <param name="HasBuiltIn">Whether a libtorch lies beside the program.</param>
    /// <param name="BuiltInHasCuda">Whether that one computes on GPUs.</param>
    /// <param name="Environment">The folder that the environment names; null for none.</param>
    /// <param name="HasGpu">Looks for one.</param>
    /// <param name="AskPython">Asks for the PyTorch of python3.</param>
    internal sealed record Surroundings(
        bool HasBuiltIn,
        bool BuiltInHasCuda,
        string? Environment,
        Func<bool> HasGpu,
        Func<PythonTorch> AskPython
    );

    /// <summary>
    /// What the user names; else the PyTorch of python3 where there is a GPU for it and the built-in library has no CUDA, or is not there;
    /// else the built-in one.
    /// </summary>
    /// <param name="given">The folder of --libtorch, or <c>built-in</c>; null for none.</param>
    /// <param name="forGpu">Whether the process may want a GPU.</param>
    /// <param name="here">What there is.</param>
    /// <exception cref="InputException">What is named cannot be used, or there is nothing at all.</exception>
    internal static LibtorchChoice Make(string? given, bool forGpu, Surroundings here)
    {
        if (given is not null)
            return Named(given, Libtorch.Option, here);
        if (here.Environment is { } folder)
            return Named(folder, Libtorch.Variable, here);
        if (here.HasBuiltIn && (here.BuiltInHasCuda || !forGpu || !here.HasGpu()))
            return new LibtorchChoice(null, Libtorch.BuiltIn);
        PythonTorch python = here.AskPython();
        string refused = python.Reason;
        if (python.Folder is { } found)
            try
            {
                TorchFolder torch = TorchFolder.Open(found, "python3's");
                if (!here.HasBuiltIn || torch.HasCuda)
                    return new LibtorchChoice(torch, "python3");
                refused = $"the PyTorch in '{found}' (python3's) has no CUDA";
            }
            catch (InputException fault)
            {
                refused = fault.Message.TrimEnd('.');
            }
        if (here.HasBuiltIn)
            return new LibtorchChoice(null, Libtorch.BuiltIn) { Refused = refused };
        throw new InputException(
            $"This program was built without libtorch, and {refused}; name the folder of an installed PyTorch with {Libtorch.Option}, or"
                + $" with {Libtorch.Variable} in the environment."
        );
    }

    private static LibtorchChoice Named(string folder, string by, Surroundings here) =>
        folder != Libtorch.BuiltIn ? new LibtorchChoice(TorchFolder.Open(folder, by), by)
        : here.HasBuiltIn ? new LibtorchChoice(null, Libtorch.BuiltIn)
        : throw new InputException($"No libtorch is built in here ({by} {folder}); name the folder of an installed PyTorch instead.");
}
