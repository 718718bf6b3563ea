using System.Runtime.CompilerServices;
using Espalier.Reports.Tests.Support;

namespace Espalier.Reports.Tests;

/// <summary>Pages in front of html-validate, a validator from npm; skipped, with the reason, where node or the package cannot be had.</summary>
public sealed class ValidatorSpecs
{
    private static readonly Version Needed = new(20, 19);
    private const int InstallSeconds = 120, Seconds = 60;

    [Fact]
    public void Every_page_is_valid_html()
    {
        string? node = Tool.Find("node"), npm = Tool.Find("npm");
        if (node is null || npm is null) Assert.Skip("No node and npm on this machine: install them to run the HTML validator. PageSpecs has checked the structure.");
        string version = Tool.Run(node, Path.GetTempPath(), Seconds, "--version").Output.Trim();
        if (!Version.TryParse(version.TrimStart('v'), out Version? installed) || installed < Needed) Assert.Skip($"Node {version} is older than {Needed}, which the HTML validator " +
            $"needs. PageSpecs has checked the structure.");
        using var folder = new TempFolder();
        File.Copy(Beside("package.json"), folder["package.json"]);
        File.Copy(Beside("htmlvalidate.json"), folder[".htmlvalidate.json"]);
        var install = Tool.Run(npm, folder.Path, InstallSeconds, "install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts");
        if (install.Code != 0) Assert.Skip($"npm could not install html-validate (exit code {install.Code}): no network or no registry. PageSpecs has checked the structure.");
        foreach ((string name, var results) in Fixtures.All) File.WriteAllText(folder[name + ".html"], Written.Page(results));
        // The validator must be able to fail.
        File.WriteAllText(folder["broken.txt"], Written.Page(Fixtures.Empty).Replace("<h1>", "<h1><p>", StringComparison.Ordinal));
        string program = folder["node_modules", "html-validate", "bin", "html-validate.mjs"];
        var result = Tool.Run(node, folder.Path, Seconds, [program, .. Fixtures.All.Keys.Select(name => folder[name + ".html"])]);
        Assert.True(result.Code == 0, result.Output + result.Error);
        File.Move(folder["broken.txt"], folder["broken.html"]);
        Assert.NotEqual(0, Tool.Run(node, folder.Path, Seconds, program, folder["broken.html"]).Code);
    }

    private static string Beside(string name, [CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, name);
}
