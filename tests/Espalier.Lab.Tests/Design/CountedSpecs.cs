using System.Text.RegularExpressions;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Recipes;
using Espalier.Matching;
using Xunit;

namespace Espalier.Lab.Tests.Design;

public sealed partial class CountedSpecs
{
    [Fact]
    public void One_is_singular_and_every_other_number_plural()
    {
        Assert.Equal(
            ["0 epochs", "1 epoch", "2 epochs", "-1 epochs"],
            new long[] { 0, 1, 2, -1 }.Select(count => Counted.Of(count, "epoch"))
        );
        Assert.Equal("1 class, 2 classes", $"{Counted.Of(1, "class", "classes")}, {Counted.Of(2, "class", "classes")}");
    }

    [Fact]
    public void Sentences_about_one_speak_of_one()
    {
        string[] sentences =
        [
            Assert.Throws<InputException>(() => new MatchingOptions { Images = 1 }.Validated()).Message,
            Assert
                .Throws<InputException>(() =>
                    (new Grid { RewindEpochs = [5] } with { Options = new Recipe().With(training: t => t with { Epochs = 1 }) }).Validated()
                )
                .Message,
            Assert.Throws<InputException>(() => new Grid { RewindEpochs = [0], Studies = [Study.Diversity] }.Validated()).Message,
        ];
        Assert.All(sentences, sentence => Assert.DoesNotMatch(OneOfSeveral(), sentence));
        Assert.Contains("1 image ", sentences[0]);
        Assert.Contains("1 epoch of training", sentences[1]);
    }

    [GeneratedRegex(@"\b1 (?!x\b)\w+s\b")]
    private static partial Regex OneOfSeveral();
}
