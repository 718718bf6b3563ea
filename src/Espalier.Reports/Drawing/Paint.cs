namespace Espalier.Reports.Drawing;

/// <summary>
/// The colours of all figures: ink and paper, the eight of Okabe and Ito (2008), which colour-blind readers can tell apart, and nine levels
/// that darken evenly.
/// </summary>
internal enum Paint
{
    Ink,
    Muted,
    Grid,
    Paper,
    Black,
    Blue,
    Orange,
    Green,
    Sky,
    Vermillion,
    Purple,
    Grey,
    Level1,
    Level2,
    Level3,
    Level4,
    Level5,
    Level6,
    Level7,
    Level8,
    Level9,
}
