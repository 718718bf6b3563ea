using System.Globalization;
using Espalier.Files;

namespace Espalier.Lab.Engine.Store.Trials;

/// <summary>The second process of a trial: it waits in the folder until another finds it, and does what that one says.</summary>
public static class TrialPartner
{
    internal const string Name = "partner";

    private static readonly TimeSpan s_between = TimeSpan.FromMinutes(4);

    /// <summary>Waits, serves one trial, and leaves nothing behind.</summary>
    /// <param name="folder">The folder that is tried.</param>
    /// <param name="patience">How long to wait for the other.</param>
    /// <param name="clock">This machine's.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="InputException">Nobody came, the other is gone, or nothing can be written there.</exception>
    public static void Serve(string folder, TimeSpan patience, TimeProvider clock, CancellationToken cancel = default)
    {
        if (!Directory.Exists(folder))
            throw new InputException($"There is no folder '{folder}'.");
        var place = new TrialFolder(Path.GetFullPath(folder));
        string token = TrialFolder.NewToken();
        place.Announce(token);
        try
        {
            var channel = new TrialChannel(place.Of(token, "says"), Name, StoreTrial.Name);
            for (TimeSpan wait = patience; ; wait = s_between)
            {
                string[] words =
                    channel.Receive(wait, cancel)
                    ?? throw new InputException(
                        $"No other process has said anything in '{folder}' for {wait.TotalSeconds:0} seconds; start "
                            + "'espalier doctor --store' on the other machine within that time, with the same folder."
                    );
                if (words[0] == "end")
                    return;
                channel.Send("begun");
                channel.Send(Answer(words, place, token, clock, cancel));
            }
        }
        finally
        {
            place.Remove(token);
        }
    }

    private static string[] Answer(string[] words, TrialFolder place, string token, TimeProvider clock, CancellationToken cancel)
    {
        string part = place.Of(token, words[0]);
        try
        {
            switch (words[0])
            {
                case "who":
                    return TrialSide.Here(place.Tried, place.Of(token), clock).ToWords();
                case "create":
                    return [Said(TrialRace.Create(part, int.Parse(words[1], CultureInfo.InvariantCulture)))];
                case "link":
                    return [Said(TrialRace.Link(part, int.Parse(words[1], CultureInfo.InvariantCulture)))];
                case "hold":
                    (int held, int overlaps, int faults) = TrialHolding.Hold(
                        part,
                        words[1] == "locks",
                        int.Parse(words[2], CultureInfo.InvariantCulture)
                    );
                    return [Said(held), Said(overlaps), Said(faults)];
                case "read":
                    (int missing, int torn) = new TrialReplacing(part).Read(int.Parse(words[1], CultureInfo.InvariantCulture));
                    return [Said(missing), Said(torn)];
                case "look":
                    new StaleLooks(part).Look();
                    return ["looked"];
                case "see":
                    var patience = TimeSpan.FromSeconds(int.Parse(words[1], CultureInfo.InvariantCulture));
                    return
                    [
                        .. new StaleLooks(place.Of(token, "look"))
                            .Wait(patience, cancel)
                            .Select(time => time is { } seen ? Said((int)seen.TotalMilliseconds) : "never"),
                    ];
                case "lock":
                    return [TrialLock.Try(part)];
                default:
                    return ["unknown"];
            }
        }
        catch (Exception fault) when (fault is InputException || FileFaults.IsFault(fault))
        {
            return ["failed", Plain(fault.Message)];
        }
    }

    /// <summary>A sentence that a name of a file can hold.</summary>
    private static string Plain(string sentence)
    {
        string plain = string.Concat(sentence.Select(letter => letter is '.' or '/' || char.IsControl(letter) ? '-' : letter));
        return plain.Length > 100 ? plain[..100] : plain;
    }

    private static string Said(int number) => number.ToString(CultureInfo.InvariantCulture);
}
