using System.Text.Json.Serialization;
using Espalier.Training;
using Espalier.Weights;

namespace Espalier.Tests.Training;

/// <summary>A rule that is asked before every step, and so knows when one begins.</summary>
internal sealed class WatchedRule(IMaskUpdate rule, Action<long> begins) : IMaskUpdate
{
    [JsonIgnore]
    public IMaskUpdate Watched => rule;

    public string Rule => rule.Rule;

    public bool TakesStep => rule.TakesStep;

    public bool IsDue(long step, long steps)
    {
        begins(step);
        return rule.IsDue(step, steps);
    }

    public bool ResetsMomentum(long step, long steps) => rule.ResetsMomentum(step, steps);

    public Mask Next(MaskMoment moment) => rule.Next(moment);

    public long KeptAfter(Mask start, long step, long steps) => rule.KeptAfter(start, step, steps);

    public void MustFit(long steps) => rule.MustFit(steps);
}
