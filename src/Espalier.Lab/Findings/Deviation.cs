namespace Espalier.Lab.Findings;

/// <summary>An option of a run that is not as the paper's text has it.</summary>
/// <param name="Option">Its name in a grid, such as <c>data_set</c>, or in the recipe, such as <c>round_epochs</c>.</param>
/// <param name="Paper">The paper's value, spelled as in a grid; null where its text has none.</param>
/// <param name="InForce">The run's value, likewise.</param>
public sealed record Deviation(string Option, string? Paper, string InForce)
{
    /// <summary>Images.</summary>
    public const string DataSet = "data_set";

    /// <summary>How the images were made smaller that all of ImageNet's are packed as.</summary>
    public const string Packing = "packing";

    /// <summary>That files of all of ImageNet are decoded at a fraction of their size.</summary>
    public const string Decoding = "decoding";

    /// <summary>Networks.</summary>
    public const string Models = "models";

    /// <summary>Epochs of training, T.</summary>
    public const string Epochs = "epochs";

    /// <summary>Epochs of fine-tuning a pruning round.</summary>
    public const string RoundEpochs = "round_epochs";

    /// <summary>The factor on all numbers of epochs.</summary>
    public const string Scale = "scale";

    /// <summary>Whose options those of the recipe are.</summary>
    public const string Recipe = "recipe";
}
