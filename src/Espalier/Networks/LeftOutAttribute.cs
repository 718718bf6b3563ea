namespace Espalier.Networks;

/// <summary>
/// A field that files leave out where it has its usual value, so that networks described before it was there keep their fingerprints.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class LeftOutAttribute : Attribute;
