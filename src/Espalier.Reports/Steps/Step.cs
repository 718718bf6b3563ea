namespace Espalier.Reports.Steps;

/// <summary>A single step, as its page tells of it before any number.</summary>
/// <param name="Command">The command's name, such as <c>train</c>.</param>
/// <param name="Network">What the network is called.</param>
/// <param name="DataSet">What the images are called.</param>
/// <param name="Facts">What it came to, by name, in the order to show.</param>
/// <param name="Options">Options in force, by name.</param>
public sealed record Step(
    string Command,
    string Network,
    string DataSet,
    IReadOnlyList<KeyValuePair<string, string>> Facts,
    IReadOnlyList<KeyValuePair<string, string>> Options
);
