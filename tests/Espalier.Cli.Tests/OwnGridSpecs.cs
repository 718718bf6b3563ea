using System.Text.Json;
using Espalier.Cli.Tests.Support;
using Espalier.Data;
using Espalier.Files;
using Espalier.Images;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Stages;
using SkiaSharp;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>Grids of a user's own images: what identifies them is kept, where they lie is not.</summary>
public sealed class OwnGridSpecs : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_run_keeps_what_its_images_are_and_reports_and_goes_on_wherever_they_lie()
    {
        Photographs.Write(_folder, "here/flowers", 6, SKEncodedImageFormat.Png);
        JsonElement cells = (await Shell.MustAsync([.. Run("here/flowers"), "--json"])).Json();
        Assert.Equal(5, cells.GetArrayLength()); // dense A and B, the pruned A, naive, permuted
        OwnDataFacts facts = GridFile.Read(_folder["run/grid.json"]).Images!.Facts!;
        DataSet set = OwnImages.Open($"folder:{_folder["here/flowers"]}", new() { Size = (8, 8), TestShare = 0.34 }, new ImageDecoder());
        Assert.Equal(set.Digest, facts.Digest);
        Assert.Equal(["blue", "green", "red"], facts.Classes);
        Assert.Equal((12, 6, 3, 8, 8), (facts.TrainImages, facts.TestImages, facts.Channels, facts.Height, facts.Width));
        Assert.Equal(set.Normalization, Normalization.Parse(facts.Normalization));
        foreach (
            string file in Directory.GetFiles(_folder["run"]).Concat(Directory.GetFiles(_folder["store"], "manifest.json", Everywhere))
        )
            Assert.DoesNotContain("here/", File.ReadAllText(file));

        // The images are moved, renamed, and at last gone.
        Dictionary<string, string> done = Stages();
        Directory.CreateDirectory(_folder["there"]);
        Directory.Move(_folder["here/flowers"], _folder["there/plants"]);
        await Shell.MustAsync(Run("there/plants", sparsity: "0.5,0.75"));
        Dictionary<string, string> more = Stages();
        Assert.True(more.Count > done.Count);
        Assert.All(done, file => Assert.Equal(file.Value, more[file.Key]));
        Directory.Delete(_folder["there"], recursive: true);
        await Shell.MustAsync(["report", _folder["run"]]);
        Assert.Contains("mlp:depth=1,width=8 on flowers", File.ReadAllText(_folder["run/tables.md"]));
        string[] again = ["run", _folder["run/grid.json"], .. Places];
        await Shell.MustAsync(again);
        ShellResult refused = await Shell.RunAsync([.. again, "--seeds", "1"]);
        Assert.Equal(2, refused.Code);
        string sentence = Assert.Single(refused.ErrorLines);
        Assert.Contains("Where the images 'flowers'", sentence);
        Assert.Contains("--dataset", sentence);
    }

    [Fact]
    public async Task Images_that_changed_are_refused_in_a_sentence_and_others_are_another_run()
    {
        Photographs.Write(_folder, "flowers", 6, SKEncodedImageFormat.Png);
        string[] line = Run("flowers", methods: "naive");
        await Shell.MustAsync(line);
        Dictionary<string, string> before = _folder.Digests();
        Photographs.One(_folder, "flowers/red/new.png", SKColors.Red, SKEncodedImageFormat.Png);
        await RefusedAsync(line, "are not those that the run was made of", "12 training", "13 training");
        await RefusedAsync(["plan", .. line[1..].Where(word => word != "--quiet")], "are not those that the run was made of");
        await RefusedAsync(
            ["run", _folder["run/grid.json"], "--dataset", $"folder:{_folder["flowers"]}", .. Places],
            "are not those that the run was made of"
        );
        before.Add("flowers/red/new.png", _folder.Digests()["flowers/red/new.png"]);
        Assert.Equal(before, _folder.Digests());
        await Shell.MustAsync([.. line[..^Places.Length], .. Places.Select(word => word == _folder["run"] ? _folder["other"] : word)]);
        OwnDataFacts Of(string run) => GridFile.Read(_folder[$"{run}/grid.json"]).Images!.Facts!;
        Assert.NotEqual(Of("run"), Of("other"));
        Assert.Equal("flowers", GridFile.Read(_folder["other/grid.json"]).DataSet);
    }

    [Fact]
    public void A_worker_holds_the_images_to_what_the_run_was_made_of()
    {
        Photographs.Write(_folder, "flowers", 6, SKEncodedImageFormat.Png);
        var place = new ImagePlace($"folder:{_folder["flowers"]}", new ImageDecoder());
        Grid grid = new Grid
        {
            DataSet = place.Name,
            Images = new OwnData { Size = "8" },
        }.Looking(place);
        Assert.Equal(grid.Images!.Facts!.Digest, grid.Source.Open(null, place).Digest);
        Photographs.One(_folder, "flowers/red/1.png", SKColors.Blue, SKEncodedImageFormat.Png);
        Assert.Contains("are not those", Assert.Throws<InputException>(() => grid.Source.Open(null, place)).Message);
        Assert.Contains("--dataset", Assert.Throws<InputException>(() => grid.Source.Open(null)).Message);
    }

    [Fact]
    public void Stages_are_named_by_what_the_images_are_and_not_by_what_their_place_is_called()
    {
        Photographs.Write(_folder, "a/cifar10", 4, SKEncodedImageFormat.Png);
        Photographs.Write(_folder, "b/plants", 4, SKEncodedImageFormat.Png);
        string[] Ids(string path, OwnData own, out Grid grid)
        {
            grid = new Grid { Models = ["mlp:depth=1,width=8"], Images = own }.Looking(
                new ImagePlace($"folder:{_folder[path]}", new ImageDecoder())
            );
            Assert.Equal(GridFile.Text(grid), GridFile.Text(GridFile.Parse(GridFile.Text(grid), "grid")));
            return [.. Planner.Of(grid).Stages.Select(stage => stage.Id)];
        }
        var own = new OwnData { Size = "8" };
        string[] ids = Ids("a/cifar10", own, out Grid named);
        Assert.Equal(ids, Ids("b/plants", own, out _));
        Assert.Empty(ids.Intersect(Ids("b/plants", own with { SplitSeed = 1 }, out _)));
        Assert.Empty(ids.Intersect(Ids("b/plants", own with { Channels = 1 }, out _)));
        Assert.Empty(ids.Intersect(Ids("b/plants", own with { TestImages = 2 }, out _)));
        Assert.Equal("cifar10 (own)", named.DataSet); // not compared with the paper's numbers of CIFAR-10
    }

    [Fact]
    public async Task A_grid_of_arrays_is_run_from_its_file()
    {
        byte[] pixels = [.. Enumerable.Range(0, 60 * 4).Select(i => (byte)(i * 7))];
        Safetensors.Write(
            _folder["my.safetensors"],
            [
                StoredTensor.Create("images", TensorType.UInt8, [60, 2, 2], pixels),
                StoredTensor.FromInts("labels", [60], [.. Enumerable.Range(0, 60).Select(i => i % 300)]),
            ]
        );
        string file = _folder.WriteText(
            "grid.json",
            $$"""
            { "data_set": "arrays:{{_folder["my.safetensors"]}}", "images": { "test_share": 0.2, "test_images": 10 },
              "models": ["mlp:depth=1,width=4"], "methods": ["naive"], "sparsities": [0.5], "rewind_epochs": [0],
              "options": { "epochs": 1, "round_epochs": 1, "batch_size": 16, "match_images": 16 } }
            """
        );
        await Shell.MustAsync(["run", file, .. Places]);
        Grid grid = GridFile.Read(_folder["run/grid.json"]);
        Assert.Equal(("my", 48, 10, 60), (grid.DataSet, grid.Facts.TrainImages, grid.Facts.TestImages, grid.Facts.Classes));
        await RefusedAsync(["run", file, "--image-size", "8", .. Places], "means nothing for arrays");
        await RefusedAsync(["run", file, "--data", _folder["x"], .. Places], "--data");
        await RefusedAsync(["run", "--split-seed", "1", .. Places], "images of your own");
        await RefusedAsync(["run", "--test-images", "1", .. Places], "images of your own");
    }

    [Fact]
    public void Tiny_ImageNet_as_it_is_unpacked_is_planned()
    {
        foreach (string name in new[] { "n01", "n02" })
        {
            Photographs.One(_folder, $"tiny/train/{name}/images/{name}_0.png", SKColors.Red, SKEncodedImageFormat.Png);
            Photographs.One(_folder, $"tiny/val/images/val_{name}.png", SKColors.Blue, SKEncodedImageFormat.Png);
        }
        _folder.WriteText("tiny/val/val_annotations.txt", "val_n02.png\tn02\t0\t0\t62\t62\nval_n01.png\tn01\t0\t0\t62\t62\n");
        Grid grid = new Grid { Models = ["mlp:depth=1,width=8"] }.Looking(new ImagePlace($"folder:{_folder["tiny"]}", new ImageDecoder()));
        Assert.Equal(["n01", "n02"], grid.Images!.Facts!.Classes);
        Assert.Equal((2, 2), (grid.Facts.TrainImages, grid.Facts.TestImages));
        Assert.All(Planner.Of(grid).Stages.OfType<INetworkStage>(), stage => Assert.Equal("tiny", stage.Data.Facts.Name));
    }

    [Theory]
    [InlineData("""{ "size": 8 }""", "size")]
    [InlineData("""{ "sise": "8" }""", "size")]
    [InlineData("""{ "size": "wide" }""", "wide")]
    [InlineData("""{ "resize": "shrink" }""", "shrink")]
    [InlineData("""{ "test_share": 2 }""", "share of 2")]
    [InlineData("""{ "facts": { "digest": "0" } }""", "facts has no")]
    [InlineData("""{ "facts": 7 }""", "an object")]
    public async Task What_a_grid_says_of_images_is_refused_where_it_cannot_be(string images, string expected)
    {
        Photographs.Write(_folder, "flowers", 2, SKEncodedImageFormat.Png);
        string file = _folder.WriteText("grid.json", $$"""{ "data_set": "folder:{{_folder["flowers"]}}", "images": {{images}} }""");
        await RefusedAsync(["run", file, .. Places], expected);
    }

    public static TheoryData<string> Faults => [.. ImageDamageSpecs.Faults.Select(row => row.Data.Item1), "truncated", "one class"];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Grids_refuse_in_the_words_of_single_steps(string fault)
    {
        if (fault != "one class")
            Photographs.Write(_folder, "bad", 2, SKEncodedImageFormat.Png);
        byte[] whole = Photographs.Encoded(SKColors.Red, SKEncodedImageFormat.Jpeg, 24);
        byte[] bytes = fault switch
        {
            "truncated" => whole[..(whole.Length / 2)],
            "one class" => whole,
            _ => ImageDamageSpecs.Faults.First(row => row.Data.Item1 == fault).Data.Item2,
        };
        _folder.Write("bad/red/it.jpg", bytes);
        string[] images = ["--dataset", $"folder:{_folder["bad"]}", "--image-size", "8"];
        ShellResult single = await Shell.RunAsync(["train", "--epochs", "1", "--out", _folder["A"], .. images]),
            grid = await Shell.RunAsync(["run", .. images, .. Places]);
        Assert.Equal((2, 2), (single.Code, grid.Code));
        Assert.Equal(Assert.Single(single.ErrorLines), Assert.Single(grid.ErrorLines));
        Assert.False(Directory.Exists(_folder["run"]) || Directory.Exists(_folder["A"]));
    }

    private static readonly EnumerationOptions Everywhere = new() { RecurseSubdirectories = true };

    private string[] Places => ["--workers", "1", "--threads", "1", "--store", _folder["store"], "--out", _folder["run"], "--quiet"];

    private string[] Run(string images, string methods = "naive,permuted", string sparsity = "0.5") =>
        [
            "run",
            "--dataset",
            $"folder:{_folder[images]}",
            .. "--image-size 8 --test-share 0.34 --model mlp:depth=1,width=8 --epochs 1 --rewind 0 --round-epochs 1".Split(' '),
            .. $"--sparsity {sparsity} --methods {methods} --set batch_size=4 --set match_images=8".Split(' '),
            .. Places,
        ];

    private Dictionary<string, string> Stages() =>
        _folder.Digests("store").Where(file => file.Key.Contains("/stages/") && !file.Key.Contains("index")).ToDictionary();

    private static async Task RefusedAsync(string[] line, params string[] expected)
    {
        ShellResult said = await Shell.RunAsync(line);
        Assert.Equal(2, said.Code);
        string sentence = Assert.Single(said.ErrorLines);
        Assert.All(expected, part => Assert.Contains(part, sentence));
    }
}
