namespace Espalier.Lab.Engine.Store;

/// <summary>Where the stages of a plan stand in a store, looked at from outside a run.</summary>
public sealed class StageStates
{
    private readonly HashSet<string> _done = [],
        _leftAlone = [];

    private StageStates() { }

    /// <summary>Looks. It makes no store where there is none.</summary>
    /// <param name="plan">The stages, each after its inputs.</param>
    /// <param name="folder">The store's folder.</param>
    /// <param name="keepFailed">Whether what failed before is left alone, and with it what needs it.</param>
    public static StageStates Of(StageGraph plan, string folder, bool keepFailed)
    {
        var states = new StageStates();
        if (!Directory.Exists(folder))
            return states;
        var store = new ArtefactStore(folder);
        foreach (Stage stage in plan.Stages)
            if (store.Find(stage) is not null)
                states._done.Add(stage.Id);
            else if (keepFailed && (FailureLog.Read(store, stage) is not null || stage.Inputs.Any(states.IsLeftAlone)))
                states._leftAlone.Add(stage.Id);
        return states;
    }

    /// <summary>Whether its artefact is there.</summary>
    public bool IsDone(Stage stage) => _done.Contains(stage.Id);

    /// <summary>Whether it is not tried again.</summary>
    public bool IsLeftAlone(Stage stage) => _leftAlone.Contains(stage.Id);
}
