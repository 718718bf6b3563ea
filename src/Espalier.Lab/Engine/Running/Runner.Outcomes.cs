using Espalier.Files;
using Espalier.Lab.Engine.Store;

namespace Espalier.Lab.Engine.Running;

/// <content>What follows from how a stage ended.</content>
public sealed partial class Runner
{
    /// <returns>Whether the worker goes on.</returns>
    private bool Settle(int index, StageOutcome outcome)
    {
        bool goesOn = true;
        Stage stage = plan.Stages[index];
        lock (_lock)
        {
            switch (outcome.End)
            {
                case StageEnd.Done:
                    _ran++;
                    _deaths.Remove(index);
                    _looking.Begin();
                    _schedule.Finish(index);
                    break;
                case StageEnd.Elsewhere:
                    _schedule.MarkElsewhere(index);
                    break;
                case StageEnd.Cancelled:
                    _schedule.Return(index);
                    break;
                case StageEnd.NotStarted:
                    _schedule.Return(index);
                    if (--_working == 0)
                        throw new InputException($"{outcome.Message} No other worker is left; what was finished is kept.");
                    _remarks.Add($"{outcome.Message} The others went on without it.");
                    goesOn = false;
                    break;
                case StageEnd.OutOfMemory when _working > 1:
                    _schedule.Return(index);
                    _working--;
                    _remarks.Add(
                        $"{outcome.Message} '{stage.Title}' was given back, and the run went on with {Counted.Of(_working, "worker")}."
                    );
                    goesOn = false;
                    break;
                case StageEnd.DamagedInput:
                    Redo(outcome);
                    _schedule.Return(index);
                    break;
                case StageEnd.Died or StageEnd.DeviceLost when (_deaths[index] = _deaths.GetValueOrDefault(index) + 1) < DeathsAllowed:
                    _schedule.Return(index);
                    break;
                default:
                    Fail(index, stage, outcome);
                    break;
            }
            Wake();
        }
        return goesOn;
    }

    /// <summary>Workers that wait look again, under the lock.</summary>
    private void Wake()
    {
        TaskCompletionSource changed = _changed;
        _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.SetResult();
    }

    /// <summary>Another worker failed at it since this run began, and it is not to be tried again.</summary>
    private bool IsLeftAlone(int index)
    {
        if (RetryFailed || FailureLog.Read(store, plan.Stages[index]) is not { } log)
            return false;
        lock (_lock)
        {
            _failures.Add(log);
            _schedule.Fail(index);
            Wake(); // those that wait for it would find out only when they look again
        }
        return true;
    }

    private void Redo(StageOutcome outcome)
    {
        int damaged = plan.Stages.ToList().FindIndex(stage => stage.Id == outcome.Other);
        if (_schedule[damaged] != StageState.Done)
            return; // another worker has noticed it too
        string? place = store.SetAside(plan.Stages[damaged]);
        if (place is null && store.Find(plan.Stages[damaged]) is not null)
            return; // another run has made it again
        _remarks.Add($"{outcome.Message} It is made again{(place is null ? "" : $", the old one is in {place}")}.");
        _schedule.Redo(damaged);
    }

    private void Fail(int index, Stage stage, StageOutcome outcome)
    {
        var log = new FailureLog(
            stage.Id,
            stage.Title,
            outcome.End is StageEnd.Died or StageEnd.DeviceLost
                ? $"{outcome.Message} So did {DeathsAllowed - 1} before it at this stage."
                : outcome.Message,
            outcome.Log
        );
        _failures.Add(log);
        _schedule.Fail(index);
        try
        {
            StageDeaths.Forget(store, stage); // whoever tries it again begins to count anew
            log.Write(store, stage);
        }
        catch (Exception fault) when (fault is InputException || FileFaults.IsFault(fault))
        {
            // A full or read-only disk may be why it failed; the failure is reported all the same.
        }
    }
}
