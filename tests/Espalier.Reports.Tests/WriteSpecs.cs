using Espalier.Reports.Tests.Support;

namespace Espalier.Reports.Tests;

public sealed class WriteSpecs
{
    [Fact]
    public void Every_file_it_names_is_there_and_no_other()
    {
        using var folder = new TempFolder();
        IReadOnlyList<string> files = Report.Write(Fixtures.OneSeed, folder["runs", "report"]);
        Assert.Equal("report.html", Path.GetFileName(files[0]));
        Assert.Equal(Directory.EnumerateFiles(folder["runs"], "*", SearchOption.AllDirectories).Order(), files.Order());
        foreach ((string name, string text) in Written.Once(Fixtures.OneSeed))
            Assert.Equal(text, File.ReadAllText(folder[["runs", "report", .. name.Split('/')]]));
        string[] svg = [.. files.Where(file => file.EndsWith(".svg", StringComparison.Ordinal))];
        Assert.NotEmpty(svg);
        Assert.Equal(
            svg.Select(file => Path.ChangeExtension(file, ".png")).Order(),
            files.Where(file => file.EndsWith(".png", StringComparison.Ordinal)).Order()
        );
    }

    [Fact]
    public void The_same_results_give_the_same_bytes()
    {
        using var folder = new TempFolder();
        IReadOnlyList<string> one = Report.Write(Fixtures.UnderWay, folder["one"]),
            two = Report.Write(Fixtures.UnderWay, folder["two"]);
        Assert.Equal(one.Count, two.Count);
        foreach ((string first, string second) in one.Zip(two))
            Assert.Equal(File.ReadAllBytes(first), File.ReadAllBytes(second));
    }

    [Fact]
    public void An_earlier_report_is_replaced_and_files_of_others_are_left_alone()
    {
        using var folder = new TempFolder();
        Report.Write(Fixtures.UnderWay, folder.Path);
        File.WriteAllText(folder["notes.txt"], "mine");
        Report.Write(Fixtures.OneSeed, folder.Path);
        Assert.Contains("<h1>Espalier: table5</h1>", File.ReadAllText(folder["report.html"]));
        Assert.Equal("mine", File.ReadAllText(folder["notes.txt"]));
    }

    [Fact]
    public void A_file_where_the_folder_should_be_is_refused_with_a_sentence()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["report"], "");
        InputException fault = Assert.Throws<InputException>(() => Report.Write(Fixtures.OneSeed, folder["report"]));
        Assert.Contains(folder["report"], fault.Message);
    }

    [Fact]
    public void Numbers_that_are_none_and_names_that_are_long_are_written_too()
    {
        IReadOnlyDictionary<string, string> texts = Written.Once(Fixtures.Stress);
        Assert.Contains("Networks whose accuracy is not a number are left out: ", texts[Report.PageName]);
        Assert.DoesNotContain("no seed in common", texts[Report.PageName]);
        Assert.DoesNotContain("NaN", texts[Report.PageName]);
        Assert.DoesNotContain("NaN", texts["tables.csv"]);
        Assert.DoesNotContain("NaN", texts["summary.json"]);
    }

    [Fact]
    public void A_run_that_has_nothing_yet_says_so()
    {
        string page = Written.Page(Fixtures.Empty);
        Assert.Contains("No network has been measured yet.", page);
        Assert.Contains("0 of 120 stages are finished.", page);
        Assert.DoesNotContain("<svg", page);
    }
}
