using Espalier.Cli;
using Espalier.Cli.Terminal;
using Espalier.Runtime;

NativeMemory.Tune();
using var hangUp = new HangUp(isHeard: args is not ["worker", ..]);
return await Application.RunAsync(args, new Output(StandardStreams.Out(), StandardStreams.Error()), hangUp.Token);
