using Espalier.Images;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>Decoding files is a house of its own: the library stands on tensors alone, and experiments know no files of images.</summary>
public sealed class DecoderSpecs
{
    [Fact]
    public void The_decoder_uses_the_library_and_nothing_but_what_decodes() =>
        Assert.Equal(
            ["Espalier", "SkiaSharp"],
            typeof(ImageDecoder)
                .Assembly.GetReferencedAssemblies()
                .Select(assembly => assembly.Name!)
                .Where(name => !name.StartsWith("System.", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
        );

    [Fact]
    public void The_laboratory_does_not_know_the_decoder() =>
        Assert.DoesNotContain(
            typeof(Lab.Experiment).Assembly.GetReferencedAssemblies(),
            assembly => assembly.Name is "Espalier.Images" or "SkiaSharp"
        );
}
