namespace Espalier;

/// <summary>
/// Progress that is passed on at once, on the thread that reports it (unlike <see cref="Progress{T}"/>, which may reorder).
/// </summary>
public sealed class Relay<T>(Action<T> report) : IProgress<T>
{
    /// <inheritdoc/>
    public void Report(T value) => report(value);
}
