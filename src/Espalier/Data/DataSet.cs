namespace Espalier.Data;

/// <summary>What a network is trained and tested on.</summary>
/// <param name="Name">The name it was opened by, such as <c>cifar10</c>.</param>
/// <param name="Train">Training images.</param>
/// <param name="Test">Test images, of the same size and classes.</param>
/// <param name="Normalization">The constants usually used with it.</param>
public sealed record DataSet(string Name, ImageSet Train, ImageSet Test, Normalization Normalization);
