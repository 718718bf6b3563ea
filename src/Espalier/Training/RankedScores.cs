namespace Espalier.Training;

/// <summary>Scores by which a mask is chosen.</summary>
internal static class RankedScores
{
    /// <summary>Refuses scores of which some are not finite.</summary>
    /// <param name="broken">How many are not.</param>
    /// <exception cref="InputException">There are any.</exception>
    public static void MustBeFinite(long broken)
    {
        if (broken != 0)
            throw new InputException(
                $"Weights cannot be ranked: the scores of {broken} are not finite; expected weights and gradients that have not diverged."
            );
    }
}
