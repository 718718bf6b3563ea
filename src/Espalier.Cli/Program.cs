using Espalier.Cli;
using Espalier.Cli.Terminal;
using Espalier.Runtime;

NativeMemory.Tune();
return await Application.RunAsync(args, new Output(Console.Out, Console.Error));
