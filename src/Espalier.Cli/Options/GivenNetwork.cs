using System.CommandLine;
using Espalier.Networks;

namespace Espalier.Cli.Options;

/// <summary>A network that is named or described, without images.</summary>
internal sealed class GivenNetwork
{
    public Argument<string> Model { get; } =
        new("network") { Description = "A name with options (resnet50:width=0.5), or a description's .json file." };

    private Option<string?> Input { get; } =
        new("--input") { Description = "Images of a named network, CxHxW; default: 3x224x224, of mlp, resnet20 and vgg11 3x32x32." };

    private Option<int?> Classes { get; } =
        new("--classes") { Description = "Classes of a named network; default: 1000, of mlp, resnet20 and vgg11 10." };

    public void AddTo(Command command)
    {
        command.Arguments.Add(Model);
        command.Options.Add(Input);
        command.Options.Add(Classes);
    }

    /// <exception cref="InputException">There is no such network, or it cannot be for such images.</exception>
    public Network Build(ParseResult parsed)
    {
        string model = parsed.GetValue(Model)!;
        if (Models.IsFile(model) || File.Exists(model))
        {
            Given.Refuse(parsed, Input, $"is for networks by name, and '{model}' says itself what images it takes");
            Given.Refuse(parsed, Classes, $"is for networks by name, and '{model}' says itself how many classes it has");
            return NetworkJson.ReadFile(model);
        }
        int classes = parsed.GetValue(Classes) ?? (IsSmall(model) ? 10 : UsualClasses);
        if (classes < 1)
            throw new InputException($"{Classes.Name} is {classes}; expected at least 1.");
        string text = parsed.GetValue(Input) ?? (IsSmall(model) ? "3x32x32" : UsualImages);
        return Models.Build(model, ShapeOf(Input.Name, text), classes);
    }

    /// <summary>What torchvision's networks are for.</summary>
    public const string UsualImages = "3x224x224";

    /// <summary>ImageNet's.</summary>
    public const int UsualClasses = 1000;

    /// <summary>Whether a named network is one of the paper's, for small images.</summary>
    public static bool IsSmall(string model) => model.Split(':')[0] is "mlp" or "resnet20" or "vgg11";

    /// <summary>Channels, rows and columns, such as <c>3x224x224</c>.</summary>
    /// <exception cref="InputException">The text says something else; the message names the option.</exception>
    public static Shape ShapeOf(string option, string text)
    {
        int[] sizes = [.. text.Split('x').Select(part => PlainNumber.TryParse(part, out int size) && size > 0 ? size : 0)];
        return sizes is [> 0 and var channels, > 0 and var height, > 0 and var width]
            ? Shape.Maps(channels, height, width)
            : throw new InputException($"{option} is '{text}'; expected channels, rows and columns such as 3x224x224.");
    }
}
