namespace Espalier.Data;

/// <summary>Training and test images of one task.</summary>
/// <param name="Name">The name it is opened by.</param>
/// <param name="Train">To train, match and prune on.</param>
/// <param name="Test">To test on.</param>
/// <param name="Normalization">Its usual constants.</param>
public sealed record DataSet(string Name, ImageSet Train, ImageSet Test, Normalization Normalization);
