namespace Espalier.Runtime.Recording;

/// <summary>Records what a device is told to compute, so that it can be told all of it again at once.</summary>
internal interface IRecorder
{
    /// <summary>Records it; nothing is computed by that.</summary>
    /// <param name="work">Reads and writes tensors that stay where they are, and reads no number of the host's that changes.</param>
    /// <returns>Null where it cannot be recorded.</returns>
    IRecording? Record(Action work);
}

/// <summary>Something recorded.</summary>
internal interface IRecording : IDisposable
{
    /// <summary>Tells the device all of it, and does not wait.</summary>
    void Play();
}
