using System.Text.Json;
using Espalier.Cli.Tests.Support;
using Espalier.Files;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary><c>network check --logits</c>: whether a description computes what another program does, here a loop over weights.</summary>
public sealed class GivenLogitsSpecs : IDisposable
{
    private static readonly float[] s_images = [1, 2, 3, 4, -1, 0.5f, 2, -3],
        s_factors = [2, -0.5f],
        s_weights = [1, 0, -1, 2, 0.5f, 1, 1, -2, 3, 1, -1, 0],
        s_bias = [0.1f, -0.2f, 0.3f];

    private readonly TempFolder _folder = new();

    public GivenLogitsSpecs()
    {
        _folder.WriteText(
            "net.json",
            """
            {"name":"scaled","nodes":[
            {"name":"input","operation":{"op":"input","channels":2,"height":1,"width":2}},
            {"name":"gamma","operation":{"op":"scale","vector":true}},
            {"name":"flatten","operation":{"op":"flatten"}},
            {"name":"fc","operation":{"op":"linear","out":3}}]}
            """
        );
        Safetensors.Write(
            _folder["w.safetensors"],
            [
                StoredTensor.FromFloats("gamma", [2], s_factors),
                StoredTensor.FromFloats("fc.weight", [3, 4], s_weights),
                StoredTensor.FromFloats("fc.bias", [3], s_bias),
            ]
        );
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_same_logits_are_found_the_same()
    {
        Probe([2, 2, 1, 2], [2, 3], ByHand());
        Assert.Contains("logits of 2 images differ by at most", (await Check()).Out, StringComparison.Ordinal);
        JsonElement found = (await Check("--json")).Json().GetProperty("logits");
        Assert.Equal((2, 2), (found.GetProperty("images").GetInt32(), found.GetProperty("same_classes").GetInt32()));
        Assert.InRange(found.GetProperty("largest_relative_difference").GetDouble(), 0, 1e-6);
    }

    [Fact]
    public async Task Others_are_refused_with_the_difference()
    {
        float[] logits = ByHand();
        float largest = logits.Max(Math.Abs);
        logits[Array.FindIndex(logits, value => Math.Abs(value) < largest)] += 0.25f * largest;
        Probe([2, 2, 1, 2], [2, 3], logits);
        ShellResult result = await Check("--json");
        Assert.Equal(2, result.Code);
        Assert.Contains("2.5e-1 of the largest", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        Assert.InRange(
            JsonDocument.Parse(result.Out).RootElement.GetProperty("logits").GetProperty("largest_relative_difference").GetDouble(),
            0.2499,
            0.2501
        );
    }

    [Theory]
    [InlineData(new long[] { 2, 1, 2, 2 }, new long[] { 2, 3 }, "'images' has shape [2,1,2,2]; expected [N,2,1,2]")]
    [InlineData(new long[] { 2, 2, 1, 2 }, new long[] { 3, 2 }, "'logits' has shape [3,2]; expected [N,3]")]
    [InlineData(new long[] { 2, 2, 1, 2 }, new long[] { 1, 3 }, "logits of 1 images and 2 images")]
    public async Task What_is_of_another_network_is_refused(long[] images, long[] logits, string sentence)
    {
        Probe(images, logits, ByHand()[..(int)(logits[0] * logits[1])]);
        ShellResult result = await Check();
        Assert.Equal(2, result.Code);
        Assert.Contains(sentence, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    /// <summary>A head of zeros would agree with anything.</summary>
    [Fact]
    public async Task Logits_that_are_all_zero_prove_nothing()
    {
        Probe([2, 2, 1, 2], [2, 3], new float[6]);
        ShellResult result = await Check();
        Assert.Equal(2, result.Code);
        Assert.Contains("whose largest is 0", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    private static float[] ByHand() =>
        [
            .. Enumerable
                .Range(0, 6)
                .Select(i =>
                    s_bias[i % 3] + Enumerable.Range(0, 4).Sum(j => s_weights[i % 3 * 4 + j] * s_factors[j / 2] * s_images[i / 3 * 4 + j])
                ),
        ];

    private void Probe(long[] images, long[] logits, float[] values) =>
        Safetensors.Write(
            _folder["probe.safetensors"],
            [StoredTensor.FromFloats("images", images, s_images), StoredTensor.FromFloats("logits", logits, values)]
        );

    private Task<ShellResult> Check(params string[] more) =>
        Shell.RunAsync([
            "network",
            "check",
            _folder["net.json"],
            "--weights",
            _folder["w.safetensors"],
            "--logits",
            _folder["probe.safetensors"],
            .. more,
        ]);
}
