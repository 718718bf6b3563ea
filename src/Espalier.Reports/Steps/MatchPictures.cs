using Espalier.Matching;
using Espalier.Reports.Drawing;
using Espalier.Reports.Figures;

namespace Espalier.Reports.Steps;

/// <summary>Pictures of a match, to stand in the page of work that it is a part of.</summary>
public static class MatchPictures
{
    /// <summary>Scores of pairs of units, where units move, and signs that agree; those that there is something for.</summary>
    /// <param name="network">What the network is called.</param>
    /// <param name="match">What was found.</param>
    public static IReadOnlyList<Figure> Of(string network, Match match)
    {
        ArgumentNullException.ThrowIfNull(match);
        return
        [
            .. MatrixFigures.Of("", network, "", ScoreSample.Chosen(match)),
            .. StepFigures.Signs(match.Signs, match.IdentitySigns) is { } signs ? new[] { signs } : [],
        ];
    }
}
