using Espalier.Cli;
using Espalier.Cli.Terminal;
using Espalier.Runtime;

NativeMemory.Tune();
using var signals = new StopSignals(isHeard: args is not ["worker", ..]);
return await Application.RunAsync(args, new Output(StandardStreams.Out(), StandardStreams.Error()), signals.Token);
