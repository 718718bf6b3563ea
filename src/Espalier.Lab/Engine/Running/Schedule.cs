namespace Espalier.Lab.Engine.Running;

/// <summary>How a stage stands.</summary>
public enum StageState
{
    /// <summary>Its inputs are not finished.</summary>
    Waiting,

    /// <summary>It can be done.</summary>
    Ready,

    /// <summary>A worker of this run is at it.</summary>
    Running,

    /// <summary>A worker of another run is at it.</summary>
    Elsewhere,

    /// <summary>Its artefact is in the store.</summary>
    Done,

    /// <summary>It cannot be done.</summary>
    Failed,

    /// <summary>An input failed.</summary>
    Skipped,
}

/// <summary>
/// Which stage to do next: of those whose inputs are finished, the one with the longest way of work behind it (its critical path), so that
/// no worker is left without work at the end. Not thread-safe: the runner holds a lock.
/// </summary>
internal sealed class Schedule
{
    private readonly IReadOnlyList<Stage> _stages;
    private readonly StageState[] _states;
    private readonly int[] _open;
    private readonly int[][] _users,
        _inputs;
    private readonly PriorityQueue<int, (double, int)> _ready = new();
    private readonly double[] _path;

    public Schedule(StageGraph plan, Func<Stage, bool> isDone)
    {
        _stages = plan.Stages;
        _states = new StageState[_stages.Count];
        _open = new int[_stages.Count];
        _path = new double[_stages.Count];
        _inputs = [.. _stages.Select(stage => stage.Inputs.Select(plan.IndexOf).Distinct().ToArray())];
        ILookup<int, int> users = _inputs
            .SelectMany((inputs, user) => inputs.Select(input => (input, user)))
            .ToLookup(pair => pair.input, pair => pair.user);
        _users = [.. Enumerable.Range(0, _stages.Count).Select(i => users[i].ToArray())];
        for (int i = 0; i < _stages.Count; i++)
            if (isDone(_stages[i]))
                _states[i] = StageState.Done;
        for (int i = _stages.Count - 1; i >= 0; i--)
            _path[i] = _stages[i].Flops + 1 + _users[i].Select(user => _path[user]).DefaultIfEmpty(0).Max();
        for (int i = 0; i < _stages.Count; i++)
            if (_states[i] == StageState.Waiting)
                Look(i);
    }

    /// <summary>Whether nothing is left that could be done.</summary>
    public bool IsOver => _states.All(state => state is StageState.Done or StageState.Failed or StageState.Skipped);

    public StageState this[int stage] => _states[stage];

    public int Count(StageState state) => _states.Count(s => s == state);

    /// <summary>Operations in all stages of a state.</summary>
    public double Flops(StageState state) => _stages.Where((_, i) => _states[i] == state).Sum(stage => stage.Flops);

    /// <summary>The next stage; none if there is none that could be done now.</summary>
    public int? Take()
    {
        while (_ready.TryDequeue(out int stage, out _))
            if (_states[stage] == StageState.Ready)
            {
                _states[stage] = StageState.Running;
                return stage;
            }
        return null;
    }

    public void Finish(int stage)
    {
        _states[stage] = StageState.Done;
        foreach (int user in _users[stage])
            if (_states[user] == StageState.Waiting)
                Look(user);
    }

    public void Fail(int stage)
    {
        _states[stage] = StageState.Failed;
        Skip(stage);
    }

    /// <summary>Gives a stage back: another worker, or this one later, is to do it.</summary>
    public void Return(int stage)
    {
        _states[stage] = StageState.Waiting;
        Look(stage);
    }

    public void MarkElsewhere(int stage) => _states[stage] = StageState.Elsewhere;

    /// <summary>Stages that other runs were at when last tried.</summary>
    public IEnumerable<int> Elsewhere => Enumerable.Range(0, _states.Length).Where(i => _states[i] == StageState.Elsewhere);

    /// <summary>A finished stage turned out to be damaged: it is done again, and what waits for it waits.</summary>
    public void Redo(int stage)
    {
        _states[stage] = StageState.Waiting;
        foreach (int user in _users[stage])
            if (_states[user] == StageState.Ready)
                _states[user] = StageState.Waiting;
        Look(stage);
    }

    private void Look(int stage)
    {
        _open[stage] = _inputs[stage].Count(input => _states[input] != StageState.Done);
        if (_inputs[stage].Any(input => _states[input] is StageState.Failed or StageState.Skipped))
        {
            _states[stage] = StageState.Skipped;
            Skip(stage);
        }
        else if (_open[stage] == 0)
        {
            _states[stage] = StageState.Ready;
            _ready.Enqueue(stage, (-_path[stage], stage));
        }
    }

    private void Skip(int failed)
    {
        foreach (int user in _users[failed])
            if (_states[user] is StageState.Waiting or StageState.Ready)
            {
                _states[user] = StageState.Skipped;
                Skip(user);
            }
    }
}
