using Espalier.Connectivity;
using Espalier.Networks;
using Espalier.Runtime;
using Espalier.Tests.Support;
using Espalier.Training;
using Espalier.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Connectivity;

public class LossPlaneSpecs
{
    [Fact]
    public void The_three_networks_lie_at_their_points_and_distances()
    {
        using var pair = new TrainedPair(TrainedPair.Mlp);
        using WeightSet third = new(pair.A.Layout, pair.A.Values.flip(0), pair.A.Statistics.clone());
        var plane = new LossPlane(pair.A, pair.B, third);
        WeightSet[] ends = [pair.A, pair.B, third];
        for (int i = 0; i < 3; i++)
        {
            using WeightSet at = plane.At(plane.Points[i]);
            Assert.True(Distance(at, ends[i]) < 1e-5);
        }
        (int, int)[] sides = [(0, 1), (0, 2), (1, 2)];
        for (int i = 0; i < 3; i++)
        {
            (int a, int b) = sides[i];
            Assert.Equal(Distance(ends[a], ends[b]), plane.Distances[i], 1e-3);
            Assert.Equal(
                plane.Distances[i],
                double.Hypot(plane.Points[a].X - plane.Points[b].X, plane.Points[a].Y - plane.Points[b].Y),
                1e-6
            );
        }
        // The plane is drawn to scale: two points' networks are as far apart as the points.
        using WeightSet p = plane.At(new PlanePoint(1, 2)),
            q = plane.At(new PlanePoint(-2, 6));
        Assert.Equal(5, Distance(p, q), 1e-3);
    }

    [Fact]
    public void A_row_is_the_evaluation_of_its_points_whatever_the_order_of_rows()
    {
        using var pair = new TrainedPair(TrainedPair.ResNet);
        using WeightSet third = new(pair.A.Layout, pair.A.Values.flip(0), pair.A.Statistics.clone());
        var plane = new LossPlane(pair.A, pair.B, third, pair.Images);
        PlaneGrid grid = plane.Grid(3, 4, margin: 0.5);
        Assert.Equal((3, 4), (grid.X.Count, grid.Y.Count));
        Assert.Equal(-0.5 * plane.Points[2].Y, grid.Y[0], 1e-9);
        PlaneRow last = plane.Row(grid, 3, pair.Data.Test),
            first = plane.Row(grid, 0, pair.Data.Test),
            again = plane.Row(grid, 3, pair.Data.Test);
        Assert.Equal(last.Loss, again.Loss);
        Assert.NotEqual(last.Loss, first.Loss);
        using WeightSet at = plane.At(new PlanePoint(grid.X[1], grid.Y[3])),
            reset = BatchNormReset.Run(at, pair.Images);
        Evaluation expected = Evaluation.Of(reset, pair.Data.Test);
        Assert.Equal(expected.Loss, last.Loss[1]!.Value, 1e-6);
        Assert.Equal(100 - expected.AccuracyPercent, last.ErrorPercent[1]!.Value, 1e-9);
    }

    [Fact]
    public void A_loss_that_is_not_finite_is_a_hole()
    {
        using var pair = new TrainedPair(TrainedPair.Mlp, 1);
        using WeightSet huge = new(pair.A.Layout, pair.B.Values.Times(1e17), pair.A.Statistics.clone());
        PlaneRow row = new LossPlane(pair.A, pair.B, huge).Row(new PlaneGrid([0, 1], [0, 1e18]), 1, pair.Data.Test);
        Assert.All(row.Loss, loss => Assert.Null(loss));
        Assert.All(row.ErrorPercent, error => Assert.Null(error));
    }

    [Fact]
    public void Three_networks_on_one_line_span_no_plane()
    {
        using var pair = new TrainedPair(TrainedPair.Mlp, 1);
        using WeightSet middle = pair.Middle(0.25);
        Assert.Contains("line", Assert.Throws<InputException>(() => new LossPlane(pair.A, pair.B, middle)).Message);
        Assert.Contains("line", Assert.Throws<InputException>(() => new LossPlane(pair.A, pair.A, pair.B)).Message);
        using WeightSet third = RandomNetworks.Weights(pair.A.Network, new(1, "third"));
        Assert.Throws<InputException>(() => new LossPlane(pair.A, pair.B, third).Grid(1, 5));
    }

    private static double Distance(WeightSet a, WeightSet b) =>
        (a.Values.to(ScalarType.Float64) - b.Values.to(ScalarType.Float64)).norm().item<double>();
}
