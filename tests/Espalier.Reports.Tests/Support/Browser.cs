namespace Espalier.Reports.Tests.Support;

/// <summary>Headless Chromium; tests that need it are skipped, with the reason, where there is none.</summary>
internal static class Browser
{
    private const int Seconds = 120;
    private static readonly string? Program = Tool.Find(
        "chromium-headless-shell",
        "chrome-headless-shell",
        "chromium",
        "chromium-browser",
        "google-chrome"
    );

    /// <summary>The picture of a page.</summary>
    public static byte[] Screenshot(string folder, string page, int width, int height)
    {
        string picture = Path.Combine(folder, "screenshot.png");
        Run(folder, $"--window-size={width},{height}", $"--screenshot={picture}", Address(folder, page));
        return File.ReadAllBytes(picture);
    }

    /// <summary>The page's markup once its scripts have run.</summary>
    public static string Dom(string folder, string page, int width) =>
        Run(folder, $"--window-size={width},900", "--dump-dom", Address(folder, page));

    private static string Run(string folder, params string[] arguments)
    {
        if (Program is null)
            Assert.Skip("No Chromium on this machine: install the package chromium-headless-shell (Debian) to run this test.");
        string profile = Path.Combine(folder, "profile");
        var result = Tool.Run(
            Program,
            folder,
            Seconds,
            [
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
                "--allow-file-access-from-files",
                $"--user-data-dir={profile}",
                .. arguments,
            ]
        );
        Assert.True(result.Code == 0, $"{Path.GetFileName(Program)} ended with {result.Code}: {result.Error}");
        return result.Output;
    }

    private static string Address(string folder, string page) => new Uri(Path.Combine(folder, page)).AbsoluteUri;
}
