using Espalier.Connectivity;
using Espalier.Data;
using Espalier.Execution;
using Espalier.Matching;
using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Runtime;
using Espalier.Tests.Support;
using Espalier.Tests.Training;
using Espalier.Training;
using Espalier.Weights;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Runtime;

/// <summary>
/// What comes to the host, and how often: on a GPU each such read waits until it has done all it was told. Counted on the CPU, where the
/// same code runs.
/// </summary>
public sealed class HostReadSpecs
{
    private static readonly Network s_network = ResNet20.Build(Shape.Maps(3, 8, 8), 4, blocks: 1);

    [Theory]
    [InlineData("none", true)]
    [InlineData("rigl", true)]
    [InlineData("set", true)]
    [InlineData("gmp", true)]
    [InlineData("none", false)]
    public void The_steps_of_an_epoch_read_nothing(string rule, bool scaled)
    {
        using WeightSet start = Initialization.KaimingNormal(s_network, new RandomStream(0, "A"));
        using Mask mask = UniformDensity.Random(start.Layout, PrunableSet.NoShortcuts.Of(s_network), 3000, new RandomStream(0, "mask"));
        using BatchSource images = Gathered(Augmentation.Standard);
        using var step = new TrainingStep(start, mask, new TrainingOptions { Precision = Precision.Float32, ScaleGradients = scaled }, CPU);
        IMaskUpdate? updates = rule == "none" ? null : ThirdStep.Rule(rule);
        using var scope = NewDisposeScope();
        var totals = new Totals(CPU);
        int done = 0;
        using HostRead.Counter counter = HostRead.Count();
        foreach (Batch batch in images.Epoch(new RandomStream(0, "data"), 16))
            using (batch)
            {
                long now = ++done;
                DueUpdate? due = updates?.IsDue(now, 16) == true ? new DueUpdate(updates, now, 16, new RandomStream(0, "m", now)) : null;
                step.Run(batch, 0.1, totals, due);
            }
        Assert.Equal((16, 0), (done, counter.Reads));
        totals.ToEvaluation();
        step.State.CheckMask();
        Assert.Equal(2, counter.Reads);
    }

    [Fact]
    public void An_evaluation_reads_once()
    {
        using WeightSet weights = Initialization.KaimingNormal(s_network, new RandomStream(0, "A"));
        using BatchSource images = Gathered(Augmentation.None, images: 1200);
        Assert.Equal(1, Reads(() => Evaluation.Of(weights, images)));
    }

    [Theory]
    [InlineData(32)]
    [InlineData(256)]
    public void A_match_reads_once_a_tap_however_many_batches_there_are(int images)
    {
        using WeightSet a = Initialization.KaimingNormal(s_network, new RandomStream(0, "A")),
            b = Initialization.KaimingNormal(s_network, new RandomStream(0, "B"));
        using BatchSource source = Gathered(Augmentation.None);
        int taps = PermutationGroups.Of(s_network).Groups.Sum(group => group.Taps.Count);
        int reads = Reads(() =>
            new ActivationMatcher(new MatchingOptions { Images = images, BatchSize = 16 }).Match(new MatchingProblem(a, null, b, source))
        );
        Assert.InRange(reads, 1, taps);
    }

    [Theory]
    [InlineData(Correction.None, 1)]
    [InlineData(Correction.Reset, 1)]
    [InlineData(Correction.Repair, 1)]
    [InlineData(Correction.Rescale, 1)]
    [InlineData(Correction.ClosedForm, 3)]
    public void A_point_of_a_barrier_reads_its_result_alone(Correction correction, int expected)
    {
        using WeightSet a = Initialization.KaimingNormal(s_network, new RandomStream(0, "A")),
            b = Initialization.KaimingNormal(s_network, new RandomStream(0, "B"));
        using BatchSource source = Gathered(Augmentation.None);
        using var fixedImages = new StatisticsImages(source, 64);
        int Of(int points)
        {
            var path = new Interpolation(
                a,
                b,
                new InterpolationOptions
                {
                    Points = points,
                    Refinements = 0,
                    Correction = correction,
                },
                fixedImages
            );
            return Reads(() => path.Run([source]));
        }
        Assert.Equal(4 * expected, Of(9) - Of(5));
    }

    [Fact]
    public void A_point_of_a_plane_reads_its_result_alone()
    {
        WeightSet[] ends = [.. "ABC".Select(name => Initialization.KaimingNormal(s_network, new RandomStream(0, $"{name}")))];
        using BatchSource source = Gathered(Augmentation.None);
        using var fixedImages = new StatisticsImages(source, 64);
        var plane = new LossPlane(ends[0], ends[1], ends[2], fixedImages);
        Assert.Equal(7, Reads(() => plane.Row(plane.Grid(7, 2), 1, source)));
    }

    [Fact]
    public void Reads_within_counted_reads_are_counted_in_both()
    {
        using Tensor one = ones(1);
        using HostRead.Counter outer = HostRead.Count();
        HostRead.Item<float>(one);
        Assert.Equal(2, Reads(() => HostRead.Item<float>(one) + HostRead.Values<float>(one)[0]));
        Assert.Equal(3, outer.Reads);
    }

    /// <summary>Read from the compiled code: nobody waits for a device but through <see cref="HostRead"/>.</summary>
    [Fact]
    public void Nothing_comes_to_the_host_but_through_one_class() => Assert.Empty(Found(ReadsOrWaits));

    [Fact]
    public void A_read_beside_it_is_noticed()
    {
        using var module = ModuleDefinition.ReadModule(typeof(HostReadSpecs).Assembly.Location);
        Assert.Contains("Espalier.Tests.Training.GradientSpecs", Found(ReadsOrWaits, module));
    }

    /// <summary>What runs once a step makes no tensor of managed memory, which would be sent to the device from there.</summary>
    [Fact]
    public void The_parts_of_a_step_send_nothing_to_the_device()
    {
        string[] parts =
        [
            "TrainingStep",
            "GradientPass",
            "GradientReduction",
            "SgdUpdate",
            "Totals",
            "GatheredBatches/Pass",
            "ForwardPass",
        ];
        string[] sending = Found(
            (method, _) => method.DeclaringType.FullName == "TorchSharp.torch" && method.Name is "tensor" or "from_array"
        );
        Assert.DoesNotContain(sending, type => parts.Any(part => type.EndsWith($".{part}", StringComparison.Ordinal)));
        Assert.Contains("Espalier.Data.GatheredBatches", sending);
    }

    private static bool ReadsOrWaits(MethodReference method, Instruction at) =>
        method.DeclaringType.FullName switch
        {
            "TorchSharp.torch/Tensor" => method.Name is "item" or "cpu" or "masked_select" or "nonzero" or "unique" or "tolist"
                || (method.Name is "to" && LoadsCpu(at)),
            "TorchSharp.TensorExtensionMethods" => method.Name.StartsWith("To", StringComparison.Ordinal) || method.Name == "item",
            _ => false,
        };

    // The device is the first argument: its load stands at most a few instructions before the call.
    private static bool LoadsCpu(Instruction call)
    {
        Instruction? at = call.Previous;
        for (int i = 0; i < 6 && at is not null; i++, at = at.Previous)
        {
            if (at.Operand is MemberReference { Name: "CPU" or "get_CPU" })
                return true;
            if (at.OpCode.FlowControl == FlowControl.Call)
                return false;
        }
        return false;
    }

    private static string[] Found(Func<MethodReference, Instruction, bool> wanted)
    {
        using var module = ModuleDefinition.ReadModule(typeof(HostRead).Assembly.Location);
        return [.. Found(wanted, module).Where(type => !type.StartsWith(typeof(HostRead).FullName!, StringComparison.Ordinal))];
    }

    private static string[] Found(Func<MethodReference, Instruction, bool> wanted, ModuleDefinition module) =>
        [
            .. from type in module.GetTypes()
            where
                type
                    .Methods.Where(method => method.HasBody)
                    .SelectMany(method => method.Body.Instructions)
                    .Any(instruction => instruction.Operand is MethodReference called && wanted(called, instruction))
            select type.FullName,
        ];

    private static int Reads(Action work)
    {
        using HostRead.Counter counter = HostRead.Count();
        work();
        return counter.Reads;
    }

    private static int Reads<T>(Func<T> work) =>
        Reads(() =>
        {
            _ = work();
        });

    /// <summary>As on a GPU: images stay where they are, and batches are gathered there.</summary>
    private static BatchSource Gathered(Augmentation augmentation, int images = 256)
    {
        DataSet set = TinyImages.Make(train: images);
        return new BatchSource(set.Train, set.Normalization, augmentation, CPU, Precision.Float32.ToScalarType(), gather: true);
    }
}
