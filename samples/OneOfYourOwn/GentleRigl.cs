using Espalier.Lab.Design;
using Espalier.Lab.Design.Recipes;
using Espalier.Pruning;

namespace OneOfYourOwn;

/// <summary>An option of the recipe, and a method that reads it: RigL that moves another share of the weights.</summary>
public static class GentleRigl
{
    /// <summary>Known by its name: <c>"options": { "gentle_fraction": 0.05 }</c> in a grid's file.</summary>
    public static RecipeOption<double> Fraction { get; } =
        RecipeOptions.Register("gentle_fraction", usual: 0.1, share => share is > 0 and < 1, "more than 0 and less than 1");

    /// <summary>What comes of the option is part of what the stage is made of, and so of its name.</summary>
    public static Method Method { get; } =
        Methods.Register(
            Methods.Rigl with
            {
                Name = "gentle-rigl",
                Label = "gentle RigL",
                Meaning = "baseline: RigL that drops and grows another share of the weights",
                Updates = point => point.Recipe.DropAndGrow(Growth.Gradient) with { Fraction = Fraction.Of(point.Recipe) },
            }
        );
}
