using Espalier.Pruning;
using Espalier.Training;

namespace Espalier.Tests.Training;

/// <summary>Rules that change a mask every third step.</summary>
internal static class ThirdStep
{
    private static readonly UpdateTimes Times = new() { Every = 3 };

    public static IMaskUpdate Rule(string name) =>
        name switch
        {
            "rigl" => new DropAndGrow { Times = Times },
            "set" => new DropAndGrow { Times = Times, Growth = Growth.Random },
            _ => new GradualMagnitude { Kept = 100, Times = Times },
        };
}
