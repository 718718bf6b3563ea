using Espalier.Cli.Runs;
using Espalier.Cli.Terminal;
using Espalier.Lab.Engine.Store.Trials;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier doctor --store</c>: whether a file system is fit for a store.</summary>
internal static class StoreChecks
{
    private const int Fit = 0,
        Unfit = 2;

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(10);

    /// <summary>Tries it, or is the second process of whoever does.</summary>
    /// <param name="output">Where to print.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="isPartner">Whether this is the second process.</param>
    /// <param name="isQuiet">Shows no progress.</param>
    /// <param name="asJson">For programs.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The exit code.</returns>
    public static int Run(Output output, string folder, bool isPartner, bool isQuiet, bool asJson, CancellationToken cancel)
    {
        if (isPartner)
        {
            output.Err.WriteLine($"waiting in '{folder}' for 'espalier doctor --store' on another machine");
            TrialPartner.Serve(folder, s_patience, TimeProvider.System, cancel);
            output.Line("Tried; the other process prints what was found.");
            return Fit;
        }
        using var partner = new PartnerProcess(folder, cancel);
        IReadOnlyList<TrialFinding> findings;
        try
        {
            using var line = new ProgressLine(output, isQuiet);
            findings = new StoreTrial(folder, TimeProvider.System).Run(
                partner.Start,
                new Relay<(double Share, string What)>(told => line.Show(told.Share, told.What)),
                partner.Gone
            );
        }
        catch (OperationCanceledException) when (partner.Fault is { } fault && !cancel.IsCancellationRequested)
        {
            throw new InputException(fault);
        }
        DoctorCommand.Print(output, [.. findings.Select(found => new DoctorCommand.Check(found.Name, found.Text, found.IsGood))], asJson);
        return findings.All(found => found.IsGood) ? Fit : Unfit;
    }
}
