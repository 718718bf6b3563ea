namespace Espalier.Reports.Drawing;

/// <summary>A place in a figure: x to the right, y down, in units of 1/96 inch.</summary>
internal readonly record struct Point(double X, double Y);
