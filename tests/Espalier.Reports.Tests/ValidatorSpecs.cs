using System.Runtime.CompilerServices;
using System.Text.Json;
using Espalier.Reports.Tests.Support;

namespace Espalier.Reports.Tests;

/// <summary>
/// Pages in front of html-validate, a validator from npm; skipped, with the reason, where node or the package cannot be had.
/// </summary>
public sealed class ValidatorSpecs
{
    private static readonly Version Needed = new(20, 19);
    private const int InstallSeconds = 120,
        Seconds = 60;

    [Fact]
    public void Every_page_is_valid_html()
    {
        string? node = Tool.Find("node"),
            npm = Tool.Find("npm");
        if (node is null || npm is null)
            Assert.Skip("No node and npm on this machine: install them to run the HTML validator. PageSpecs has checked the structure.");
        string version = Tool.Run(node, Path.GetTempPath(), Seconds, "--version").Output.Trim();
        if (!Version.TryParse(version.TrimStart('v'), out Version? installed) || installed < Needed)
            Assert.Skip(
                $"Node {version} is older than {Needed}, which the HTML validator " + $"needs. PageSpecs has checked the structure."
            );
        string program = Install(npm);
        using var folder = new TempFolder();
        File.Copy(Beside("htmlvalidate.json"), folder[".htmlvalidate.json"]);
        foreach ((string name, var results) in Fixtures.All)
            File.WriteAllText(folder[name + ".html"], Written.Page(results));
        // The validator must be able to fail.
        File.WriteAllText(folder["broken.html"], Written.Page(Fixtures.Empty).Replace("<h1>", "<h1><p>", StringComparison.Ordinal));
        var result = Tool.Run(
            node,
            folder.Path,
            Seconds,
            [program, "--formatter", "json", .. Fixtures.All.Keys.Append("broken").Select(name => folder[name + ".html"])]
        );
        Assert.True(result.Code is 0 or 1, result.Output + result.Error);
        using JsonDocument found = JsonDocument.Parse(result.Output);
        string[] faults =
        [
            .. found
                .RootElement.EnumerateArray()
                .Where(page => page.GetProperty("errorCount").GetInt32() > 0)
                .Select(page => Path.GetFileName(page.GetProperty("filePath").GetString()!)),
        ];
        Assert.True(faults is ["broken.html"], result.Output);
    }

    /// <summary>Installs it beside this program, once.</summary>
    private static string Install(string npm)
    {
        string place = Path.Combine(AppContext.BaseDirectory, "html-validate"),
            program = Path.Combine(place, "node_modules", "html-validate", "bin", "html-validate.mjs"),
            wanted = File.ReadAllText(Beside("package.json"));
        string installed = Path.Combine(place, "installed.json");
        if (File.Exists(program) && File.Exists(installed) && File.ReadAllText(installed) == wanted)
            return program;
        Directory.CreateDirectory(place);
        File.WriteAllText(Path.Combine(place, "package.json"), wanted);
        var install = Tool.Run(npm, place, InstallSeconds, "install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts");
        if (install.Code != 0)
            Assert.Skip(
                $"npm could not install html-validate (exit code {install.Code}): no network or no registry. PageSpecs has "
                    + $"checked the structure."
            );
        File.WriteAllText(installed, wanted);
        return program;
    }

    private static string Beside(string name, [CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, name);
}
