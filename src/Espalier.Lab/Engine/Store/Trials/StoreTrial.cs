using Espalier.Files;

namespace Espalier.Lab.Engine.Store.Trials;

/// <summary>
/// Tries a file system from two processes, of one machine or of two, for what a store asks of it: that one of several makes a file, that
/// what is renamed is whole, how late changes are seen, and that leases hold.
/// </summary>
/// <param name="folder">A store, or a folder for one.</param>
/// <param name="clock">This machine's.</param>
public sealed class StoreTrial(string folder, TimeProvider clock)
{
    internal const string Name = "doctor";

    private static readonly TimeSpan s_coming = TimeSpan.FromSeconds(60),
        s_leaving = TimeSpan.FromSeconds(5),
        s_between = TimeSpan.FromMilliseconds(100);

    /// <summary>How long whoever waits may take to answer.</summary>
    internal TimeSpan Answering { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Tries everything.</summary>
    /// <param name="startPartner">
    /// Starts a process on this machine that runs <see cref="TrialPartner.Serve"/> on the folder; called if none waits there.
    /// </param>
    /// <param name="told">The share done, and what is tried now.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="InputException">The folder is not there, cannot be written to, or the other process is gone.</exception>
    public IReadOnlyList<TrialFinding> Run(
        Action startPartner,
        IProgress<(double Share, string What)>? told = null,
        CancellationToken cancel = default
    )
    {
        if (!Directory.Exists(folder))
            throw new InputException($"There is no folder '{folder}'.");
        var place = new TrialFolder(Path.GetFullPath(folder));
        told?.Report((0, "trying the disk"));
        TrialDisk disk = TrialDisk.Of(place);
        told?.Report((0.1, "finding the other process"));
        (string token, TrialChannel channel, TrialSide there) = Meet(place, startPartner, cancel);
        try
        {
            TrialFacts known = new()
            {
                Here = TrialSide.Here(place.Tried, place.Of(token), clock),
                There = there,
                Keeping = ArtefactStore.LeasesOf(place.Tried).Reason,
                FileSystem = Mount.Of(place.Tried).Type,
                Disk = disk,
            };
            return TrialVerdict.Of(new TrialLead(place, token, channel, told, cancel).Find(known));
        }
        finally
        {
            TrialLead.End(channel);
            place.RemoveAfter(token, s_leaving, clock);
        }
    }

    /// <summary>Whoever waits in the folder and answers; one of this machine if nobody does.</summary>
    private (string Token, TrialChannel Channel, TrialSide There) Meet(TrialFolder place, Action startPartner, CancellationToken cancel)
    {
        bool isStarted = false;
        for (long start = clock.GetTimestamp(); clock.GetElapsedTime(start) < s_coming; )
        {
            cancel.ThrowIfCancellationRequested();
            if (place.Claim() is not { } token)
            {
                if (!isStarted)
                    startPartner();
                isStarted = true;
                cancel.WaitHandle.WaitOne(s_between);
                continue;
            }
            var channel = new TrialChannel(place.Of(token, "says"), Name, TrialPartner.Name);
            if (Greet(channel, cancel) is { } there)
                return (token, channel, there);
            place.Remove(token);
        }
        throw new InputException($"The other process has not shown itself in '{folder}' within {s_coming.TotalSeconds:0} seconds.");
    }

    /// <summary>Asks who it is; none if it has died while it waited.</summary>
    private TrialSide? Greet(TrialChannel channel, CancellationToken cancel)
    {
        try
        {
            channel.Send("who");
            return channel.Receive(Answering, cancel) is not null && channel.Receive(Answering, cancel) is { } words
                ? TrialSide.Of(words)
                : null;
        }
        catch (InputException fault) when (fault.InnerException is DirectoryNotFoundException)
        {
            return null;
        }
    }
}
