using Espalier.Pruning;
using Espalier.Training;

namespace Espalier.Tests.Training;

/// <summary>Rules that change a mask every third step; AC/DC by its phases.</summary>
internal static class ThirdStep
{
    private static readonly UpdateTimes Times = new() { Every = 3 };

    public static IMaskUpdate Rule(string name) =>
        name switch
        {
            "rigl" => new DropAndGrow { Times = Times },
            "set" => new DropAndGrow { Times = Times, Growth = Growth.Random },
            "ac-dc" => new AcDc
            {
                Kept = 100,
                Phases = new() { Phase = 0.1, Final = 0.8 },
            },
            _ => new GradualMagnitude { Kept = 100, Times = Times },
        };
}
