using Espalier.Connectivity;
using Espalier.Lab.Findings;
using Espalier.Reports.Analysis;
using Espalier.Reports.Charts;
using Espalier.Reports.Drawing;

namespace Espalier.Reports.Figures;

/// <summary>How a path between networks looks, the same in every figure.</summary>
internal static class BarrierLook
{
    /// <summary>Colour for the correction, marker and dash for the alignment.</summary>
    public static Style Of(PathKind kind) =>
        new(
            BarrierNames.Label(kind),
            kind.Correction switch
            {
                Correction.None => Paint.Vermillion,
                Correction.Reset => Paint.Sky,
                Correction.Rescale => Paint.Purple,
                Correction.ClosedForm => Paint.Green,
                _ => Paint.Blue,
            },
            (kind.Correction, kind.Aligned) switch
            {
                (Correction.None, false) => MarkerShape.Triangle,
                (Correction.None, _) => MarkerShape.Wedge,
                (Correction.Reset, _) => MarkerShape.Diamond,
                (Correction.Rescale, _) => MarkerShape.Cross,
                (Correction.ClosedForm, _) => MarkerShape.Square,
                _ => MarkerShape.Circle,
            },
            kind.Aligned ? Dash.Solid : Dash.ShortDash,
            kind.Aligned ? 2 : 1.4,
            hollow: !kind.Aligned
        );
}
