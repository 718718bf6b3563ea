namespace Espalier.Data;

/// <summary>A part of an image, in pixels.</summary>
/// <param name="Top">Its first row.</param>
/// <param name="Left">Its first column.</param>
/// <param name="Height">Rows, at least 1.</param>
/// <param name="Width">Columns, at least 1.</param>
public readonly record struct ImageWindow(int Top, int Left, int Height, int Width);
