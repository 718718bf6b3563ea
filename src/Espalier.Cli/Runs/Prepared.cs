using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Stages;

namespace Espalier.Cli.Runs;

/// <summary>A run that others are to do.</summary>
/// <param name="Grid">What to run.</param>
/// <param name="Plan">Its plan, or that of some of its cells.</param>
/// <param name="Folder">Its folder.</param>
/// <param name="Images">Where a user's own images lie; null where they are none.</param>
/// <param name="Only">The filter of cells; null for all.</param>
/// <param name="Command">The command line that repeats it.</param>
internal sealed record Prepared(Grid Grid, Plan Plan, RunFolder Folder, ImagePlace? Images, string? Only, string Command);
