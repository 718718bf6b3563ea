using Espalier.Weights;

namespace Espalier.Training;

/// <summary>
/// A rule by which the mask of a training changes as it goes. It holds options only: the same moment always gives the same mask, so that a
/// resumed training goes on as it would have.
/// </summary>
public interface IMaskUpdate
{
    /// <summary>Name of the rule, such as <c>rigl</c>.</summary>
    string Rule { get; }

    /// <summary>
    /// Whether an update takes the place of its step of SGD and reads the gradient of the loss. Otherwise it follows the step, and there is
    /// no gradient.
    /// </summary>
    bool TakesStep { get; }

    /// <summary>Whether the mask changes in a step.</summary>
    /// <param name="step">From 1 to <paramref name="steps"/>.</param>
    /// <param name="steps">Steps of the whole training.</param>
    bool IsDue(long step, long steps);

    /// <summary>
    /// Whether a change of the mask takes the momentum of all arrays with it. What it prunes loses its momentum in any case. Default: no.
    /// </summary>
    /// <param name="step">A step that is due.</param>
    /// <param name="steps">Steps of the whole training.</param>
    bool ResetsMomentum(long step, long steps) => false;

    /// <summary>The mask from here on; the caller owns it.</summary>
    /// <exception cref="InputException">Weights or gradient are not finite.</exception>
    Mask Next(MaskMoment moment);

    /// <summary>Weights that the prunable arrays keep after a step: the schedule that training is held to.</summary>
    /// <param name="start">The mask at the beginning.</param>
    /// <param name="step">From 0 to <paramref name="steps"/>.</param>
    /// <param name="steps">Steps of the whole training.</param>
    long KeptAfter(Mask start, long step, long steps);

    /// <summary>Refuses a training that is too short for the rule.</summary>
    /// <param name="steps">Steps of the whole training.</param>
    /// <exception cref="InputException">No update falls into it.</exception>
    void MustFit(long steps);
}
