using Espalier.Connectivity;
using Espalier.Tests.Support;
using Xunit;

namespace Espalier.Tests.Connectivity;

public sealed class StudyFileSpecs : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Curves_come_back_as_they_were_written()
    {
        InterpolationCurve train = new([new(0, 0.1, 3), new(0.5, 1.0 / 3, 7), new(1, 0.2, 4)]),
            test = new([new(0, 0.4, 9), new(1, 0.5, 11)]);
        CurveFile.Write(_folder["curve.json"], new MeasuredCurves(train, test));
        MeasuredCurves read = CurveFile.Read(_folder["curve.json"]);
        Assert.Equal(train.Points, read.Train.Points);
        Assert.Equal(test.Points, read.Test.Points);
    }

    [Fact]
    public void Rows_come_back_with_their_holes()
    {
        MeasuredRow row = new(
            [new(0, 0), new(3, 0), new(1, 2)],
            [3, 2.2, 2.8],
            new PlaneGrid([0, 1], [0, 1, 2]),
            new PlaneRow(2, [0.5, null], [20, null])
        );
        PlaneFile.Write(_folder["row.json"], row);
        MeasuredRow read = PlaneFile.Read(_folder["row.json"]);
        Assert.Equal(row.Points, read.Points);
        Assert.Equal(row.Row.Loss, read.Row.Loss);
        Assert.Equal((2, 3), (read.Grid.X.Count, read.Grid.Y.Count));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("{\"train\":{\"points\":[]},\"test\":null}")]
    [InlineData("""{"points":null,"distances":[1,2,3],"grid":{"x":[1],"y":[1]},"row":{"row":0,"loss":[1],"error_percent":[1]}}""")]
    [InlineData("""{"points":[{},{},{}],"distances":[1,2,3],"grid":{"x":[1],"y":[1]},"row":{"row":7,"loss":[1],"error_percent":[1]}}""")]
    [InlineData("""{"points":[{},{},{}],"distances":[1,2,3],"grid":{"x":[1],"y":[1]},"row":{"row":0,"loss":[1,2],"error_percent":[1]}}""")]
    public void Anything_else_is_refused_with_its_path(string text)
    {
        File.WriteAllText(_folder["bad.json"], text);
        Assert.Contains("bad.json", Assert.Throws<InputException>(() => CurveFile.Read(_folder["bad.json"])).Message);
        Assert.Contains("bad.json", Assert.Throws<InputException>(() => PlaneFile.Read(_folder["bad.json"])).Message);
        Assert.Contains("absent.json", Assert.Throws<InputException>(() => CurveFile.Read(_folder["absent.json"])).Message);
    }
}
