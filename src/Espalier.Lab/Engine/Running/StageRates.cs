namespace Espalier.Lab.Engine.Running;

/// <summary>How long stages take, from those that are done: operations a second, by kind where one of the kind is done.</summary>
internal sealed class StageRates
{
    private readonly Dictionary<string, (double Flops, double Seconds)> _kinds = new(StringComparer.Ordinal);
    private double _flops,
        _seconds;

    /// <summary>Whether anything is done.</summary>
    public bool AreKnown => _seconds > 0;

    /// <summary>A stage that is done took so long.</summary>
    public void Add(Stage stage, double seconds)
    {
        (double flops, double sum) = _kinds.GetValueOrDefault(stage.Kind);
        _kinds[stage.Kind] = (flops + stage.Flops, sum + seconds);
        _flops += stage.Flops;
        _seconds += seconds;
    }

    /// <summary>How long another would take.</summary>
    public double Seconds(Stage stage)
    {
        (double flops, double seconds) = _kinds.GetValueOrDefault(stage.Kind);
        return flops > 0 ? stage.Flops * seconds / flops
            : _flops > 0 ? stage.Flops * _seconds / _flops
            : 0;
    }
}
