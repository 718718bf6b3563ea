using Espalier.Runtime.Recording;

namespace Espalier.Tests.Training;

/// <summary>Plays a recording by doing the work again, and counts.</summary>
internal sealed class Player : IRecorder
{
    public bool Records { get; init; } = true;

    /// <summary>How often a recording does what was recorded.</summary>
    public int Times { get; init; } = 1;

    public int Recorded { get; private set; }

    public int Played { get; private set; }

    public int Disposed { get; private set; }

    public IRecording? Record(Action work)
    {
        if (!Records)
            return null;
        Recorded++;
        return new Recording(this, work);
    }

    private sealed class Recording(Player player, Action work) : IRecording
    {
        public void Play()
        {
            player.Played++;
            for (int i = 0; i < player.Times; i++)
                work();
        }

        public void Dispose() => player.Disposed++;
    }
}
