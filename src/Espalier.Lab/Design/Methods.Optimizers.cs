using Espalier.Lab.Design.Recipes;
using Espalier.Training;

namespace Espalier.Lab.Design;

/// <content>Baselines with another optimizer: what they reach when signs are learned better.</content>
public static partial class Methods
{
    /// <summary>Baseline: <see cref="ErkRandom"/> with HAM's step.</summary>
    public static Method ErkRandomHam => Optimized.ErkRandomHam;

    /// <summary>Baseline: <see cref="ErkRandom"/>, its weights trained as Sign-In's products.</summary>
    public static Method ErkRandomSignIn => Optimized.ErkRandomSignIn;

    /// <summary>Baseline: <see cref="Rigl"/> with HAM's step.</summary>
    public static Method RiglHam => Optimized.RiglHam;

    /// <summary>Baseline: <see cref="Rigl"/>, its weights trained as Sign-In's products.</summary>
    public static Method RiglSignIn => Optimized.RiglSignIn;

    /// <summary>A method with HAM's step after every step of its sparse training, whatever the recipe says of others.</summary>
    public static Method WithHam(Method method) =>
        With(method, "HAM", "step, which multiplies weights after every step of training", (r, t) => t with { Ham = r.Ham, SignIn = null });

    /// <summary>A method whose sparse training trains weights as Sign-In's products, whatever the recipe says of others.</summary>
    public static Method WithSignIn(Method method) =>
        With(method, "Sign-In", "training of each weight as a product of two", (r, t) => t with { Ham = null, SignIn = r.SignIn });

    private static Method With(Method method, string what, string does, Func<Recipe, TrainingOptions, TrainingOptions> training) =>
        method with
        {
            Name = $"{method.Name}-{what.ToLowerInvariant()}",
            Label = $"{method.Label} + {what}",
            Meaning = $"baseline: {method.Name} with {what}'s {does}",
            Role = MethodRole.Baseline,
            Training = training,
        };

    /// <summary>Made from methods of other files: a class of its own, whose values are made after theirs.</summary>
    private static class Optimized
    {
        public static readonly Method ErkRandomHam = WithHam(ErkRandom),
            ErkRandomSignIn = WithSignIn(ErkRandom),
            RiglHam = WithHam(Rigl),
            RiglSignIn = WithSignIn(Rigl);
    }
}
