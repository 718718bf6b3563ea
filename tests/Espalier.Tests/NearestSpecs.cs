using Xunit;

namespace Espalier.Tests;

public class NearestSpecs
{
    [Theory]
    [InlineData("cifar", "cifar10")]
    [InlineData("CIFAR-10", "cifar10")]
    [InlineData("cifar10O", "cifar10")]
    [InlineData("cifar1000", "cifar100")]
    [InlineData("fashion_mnist", "fashion-mnist")]
    [InlineData("mnst", "mnist")]
    [InlineData("weather", null)]
    [InlineData("", null)]
    public void A_slip_is_recognized_and_nonsense_is_not(string given, string? expected) =>
        Assert.Equal(expected, Nearest.Suggest(given, ["fashion-mnist-10k", "cifar10", "cifar100", "mnist", "fashion-mnist"]));

    [Fact]
    public void Of_many_names_the_rest_is_counted() =>
        Assert.EndsWith(
            "n22, n23 and 6 more).",
            Nearest.Unknown("fruit", "plum", Enumerable.Range(0, 30).Select(i => $"n{i}")).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void The_sentence_names_the_nearest_and_all() =>
        Assert.Equal(
            "There is no fruit 'aple'; did you mean 'apple'? (known: pear, apple).",
            Nearest.Unknown("fruit", "aple", ["pear", "apple"]).Message
        );
}
