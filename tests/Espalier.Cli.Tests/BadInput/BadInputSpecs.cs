using System.Buffers.Binary;
using Espalier.Cli.Tests.Support;
using Espalier.Randomness;
using Xunit;

namespace Espalier.Cli.Tests.BadInput;

/// <summary>Whatever the user gets wrong ends in one sentence and exit code 2, and leaves nothing behind.</summary>
public sealed class BadInputSpecs(BadFiles files) : IClassFixture<BadFiles>
{
    /// <summary>A line and what its sentence must speak of.</summary>
    public static TheoryData<string, string> Rows()
    {
        var rows = new TheoryData<string, string>();
        IEnumerable<(string Line, string About)>[] all =
        [
            FileLines.All(),
            DataLines.All(),
            NetworkLines.All(),
            TrainingLines.All(),
            GridLines.Options(),
            GridLines.Files(),
            CommandLines.All(),
            StudyLines.All(),
            PlaceLines.All(),
        ];
        foreach ((string line, string about) in all.SelectMany(lines => lines))
            rows.Add(line, about);
        return rows;
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Ends_in_one_sentence_and_leaves_nothing(string line, string about)
    {
        string run = $"run-{Guid.NewGuid():n}";
        string[] args =
        [
            .. line.Split(' ')
                .Select(word => word.Length > 1 && word[0] == '{' && word[^1] == '}' ? files.Folder[Place(word[1..^1], run)] : word),
        ];
        Dictionary<string, string> before = files.Folder.Digests();

        ShellResult result = await Shell.RunAsync(args);

        Assert.True(result.Code == 2, $"exit code {result.Code}: {result.Err}{result.Out}");
        string sentence = Assert.Single(result.ErrorLines);
        Assert.StartsWith("error: ", sentence);
        Assert.True(sentence is [.., '.' or '?'], sentence);
        Assert.Contains(about, sentence, StringComparison.OrdinalIgnoreCase);
        foreach (string ugly in new[] { "Internal failure", "   at ", "Exception", "System.", "`1" })
            Assert.DoesNotContain(ugly, sentence);
        Assert.Empty(result.Out);
        Assert.Equal(before, files.Folder.Digests());
    }

    [Theory]
    [InlineData("weights")]
    [InlineData("mask")]
    [InlineData("pi")]
    public async Task A_flipped_bit_in_a_header_is_harmless_or_refused_with_a_sentence(string kind)
    {
        byte[] good = File.ReadAllBytes(files.Folder[$"good/{kind}.safetensors"]);
        int header = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(good);
        var random = new RandomStream(7, $"flips.{kind}");
        for (int i = 0; i < 200; i++)
        {
            byte[] bytes = [.. good];
            int at = random.NextInt(header);
            bytes[at] ^= (byte)(1 << random.NextInt(8));
            ShellResult result = await Shell.RunAsync("show", files.Folder.Write($"bits/{kind}.safetensors", bytes));
            if (result.Code == 0)
                continue;
            Assert.True(result.Code == 2, $"byte {at} as '{(char)bytes[at]}': exit code {result.Code}: {result.Err}");
            Assert.StartsWith("error: ", Assert.Single(result.ErrorLines));
        }
    }

    private static string Place(string name, string run) => name.StartsWith("out", StringComparison.Ordinal) ? run + name[3..] : name;
}
