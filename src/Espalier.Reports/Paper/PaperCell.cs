namespace Espalier.Reports.Paper;

/// <summary>One number of the paper's tables.</summary>
/// <param name="Table">Number of the table.</param>
/// <param name="Model"><c>resnet20</c>, <c>vgg11</c> or <c>resnet50</c>.</param>
/// <param name="Width">Factor on all channels.</param>
/// <param name="DataSet"><c>cifar10</c>, <c>cifar100</c> or <c>imagenet</c>.</param>
/// <param name="Sparsity">S; 0 for dense networks.</param>
/// <param name="Method"><c>lth</c>, <c>naive</c>, <c>permuted</c>, <c>imp</c> or <c>dense</c>.</param>
/// <param name="RewindEpoch">k; null where the table has none.</param>
/// <param name="MatchingEpoch">Epoch of B that π was found at, in table 15; null elsewhere, where B is trained to the end.</param>
/// <param name="Metric">Such as <c>test_accuracy_percent</c>.</param>
/// <param name="Mean">Mean over the paper's seeds.</param>
/// <param name="Std">Its standard deviation; null where the paper prints none.</param>
public sealed record PaperCell(
    int Table,
    string Model,
    double Width,
    string DataSet,
    double Sparsity,
    string Method,
    int? RewindEpoch,
    int? MatchingEpoch,
    string Metric,
    double Mean,
    double? Std
);
