using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Espalier.Data;
using Espalier.Tests.Support;
using Xunit;

namespace Espalier.Tests.Data;

public class DataDownloadSpecs
{
    private static readonly byte[] s_content = Samples.Random("download", 300_000);
    private static readonly RemoteFile s_file = new(new("http://example.test/some/thing.bin"), "sub", Md5(s_content));

    [Fact]
    public async Task A_file_arrives_under_its_name_and_is_not_fetched_twice()
    {
        using TempFolder folder = new();
        Server server = new();
        List<DownloadProgress> reports = [];
        using DataDownload download = new(server);
        string path = await download.FetchAsync(s_file, folder.Path, new Sink(reports), TestContext.Current.CancellationToken);
        Assert.Equal(s_content, File.ReadAllBytes(path));
        Assert.Equal(["sub/thing.bin"], folder.Files());
        Assert.Equal(new DownloadProgress("thing.bin", 300_000, 300_000), reports[^1]);
        Assert.Equal(path, await download.FetchAsync(s_file, folder.Path, null, TestContext.Current.CancellationToken));
        Assert.Equal([null], server.Ranges);
    }

    [Fact]
    public async Task A_download_that_broke_off_goes_on_where_it_stopped()
    {
        using TempFolder folder = new();
        Server server = new() { BreakAfter = 200_000 };
        using DataDownload download = new(server);
        InputException broken = await Assert.ThrowsAsync<InputException>(() =>
            download.FetchAsync(s_file, folder.Path, null, TestContext.Current.CancellationToken)
        );
        Assert.Contains(folder["sub/thing.bin"], broken.Message);
        Assert.Equal(["sub/thing.bin.part"], folder.Files());
        long have = new FileInfo(folder["sub/thing.bin.part"]).Length;
        Assert.InRange(have, 1, 200_000);

        server.BreakAfter = null;
        Assert.Equal(
            s_content,
            File.ReadAllBytes(await download.FetchAsync(s_file, folder.Path, null, TestContext.Current.CancellationToken))
        );
        Assert.Equal([null, have], server.Ranges);
    }

    [Theory]
    [InlineData(false, 100, 300_000)]
    [InlineData(true, 100, 300_000)]
    [InlineData(true, 300_000, 300_000)]
    public async Task A_part_is_completed_whether_or_not_the_server_knows_ranges(bool ranges, int have, int expected)
    {
        using TempFolder folder = new();
        folder.Write("sub/thing.bin.part", s_content[..have]);
        using DataDownload download = new(new Server { KnowsRanges = ranges });
        Assert.Equal(
            expected,
            new FileInfo(await download.FetchAsync(s_file, folder.Path, null, TestContext.Current.CancellationToken)).Length
        );
        Assert.Equal(["sub/thing.bin"], folder.Files());
    }

    [Fact]
    public async Task A_wrong_file_never_gets_the_name()
    {
        using TempFolder folder = new();
        using DataDownload download = new(new Server());
        RemoteFile other = s_file with { Md5 = Md5([1]) };
        InputException wrong = await Assert.ThrowsAsync<InputException>(() =>
            download.FetchAsync(other, folder.Path, null, TestContext.Current.CancellationToken)
        );
        Assert.Contains($"MD5 sum {Md5(s_content)} instead of {Md5([1])}", wrong.Message);
        Assert.Empty(folder.Files());
    }

    [Fact]
    public async Task A_wrong_file_that_is_there_is_left_alone_and_named()
    {
        using TempFolder folder = new();
        string path = folder.Write("sub/thing.bin", [1, 2]);
        using DataDownload download = new(new Server());
        Assert.Contains(
            path,
            (
                await Assert.ThrowsAsync<InputException>(() =>
                    download.FetchAsync(s_file, folder.Path, null, TestContext.Current.CancellationToken)
                )
            ).Message
        );
        Assert.Equal([1, 2], File.ReadAllBytes(path));
    }

    [Theory]
    [InlineData("no network")]
    [InlineData("404")]
    [InlineData("timeout")]
    public async Task Without_a_network_the_sentence_says_what_to_put_where(string fault)
    {
        using TempFolder folder = new();
        using DataDownload download = new(new Server { Fault = fault });
        InputException refused = await Assert.ThrowsAsync<InputException>(() =>
            download.FetchAsync("cifar10", folder.Path, null, TestContext.Current.CancellationToken)
        );
        Assert.Contains("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz cannot be downloaded", refused.Message);
        Assert.Contains($"put it at '{folder["cifar-10-binary.tar.gz"]}'", refused.Message);
        Assert.Empty(folder.Files());
    }

    [Fact]
    public async Task Breaking_off_on_purpose_is_not_an_error_of_the_user()
    {
        using TempFolder folder = new();
        using CancellationTokenSource cancel = new();
        using DataDownload download = new(new Server());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            download.FetchAsync(s_file, folder.Path, new Sink([], cancel.Cancel), cancel.Token)
        );
        Assert.Equal(["sub/thing.bin.part"], folder.Files());
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_refused()
    {
        using TempFolder folder = new();
        string file = folder.Write("file", [1]);
        using DataDownload download = new(new Server());
        Assert.Contains(
            "Cannot write",
            (
                await Assert.ThrowsAsync<InputException>(() =>
                    download.FetchAsync(s_file, file, null, TestContext.Current.CancellationToken)
                )
            ).Message
        );
    }

    [Fact]
    public void Names_without_a_download_are_refused()
    {
        Assert.Contains("is embedded", Assert.Throws<InputException>(() => RemoteFile.Of("fashion-mnist-10k")).Message);
        Assert.Contains("did you mean 'cifar10'", Assert.Throws<InputException>(() => RemoteFile.Of("cifar-10")).Message);
        Assert.All(RemoteFile.Sets, set => Assert.All(RemoteFile.Of(set), file => Assert.Equal(32, file.Md5.Length)));
    }

#pragma warning disable CA5351 // The publishers' sums are MD5.
    private static string Md5(byte[] bytes) => Convert.ToHexStringLower(MD5.HashData(bytes));
#pragma warning restore CA5351

    private sealed class Sink(List<DownloadProgress> reports, Action? also = null) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value)
        {
            reports.Add(value);
            also?.Invoke();
        }
    }

    private sealed class Server : HttpMessageHandler
    {
        public List<long?> Ranges { get; } = [];

        public int? BreakAfter { get; set; }

        public bool KnowsRanges { get; init; } = true;

        public string? Fault { get; init; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (Fault == "no network")
                throw new HttpRequestException("Name or service not known");
            if (Fault == "timeout")
                throw new TaskCanceledException("The request was canceled due to the configured timeout.");
            if (Fault == "404")
                return Task.FromResult(new HttpResponseMessage(HttpStatusCode.NotFound));
            long? from = request.Headers.Range?.Ranges.Single().From;
            Ranges.Add(from);
            if (!KnowsRanges)
                from = null;
            if (from >= s_content.Length)
                return Task.FromResult(new HttpResponseMessage(HttpStatusCode.RequestedRangeNotSatisfiable));
            byte[] rest = s_content[(int)(from ?? 0)..];
            Stream body = BreakAfter is { } limit ? new Breaking(rest, limit) : new MemoryStream(rest);
            HttpResponseMessage response = new(from is null ? HttpStatusCode.OK : HttpStatusCode.PartialContent)
            {
                Content = new StreamContent(body),
            };
            response.Content.Headers.ContentLength = rest.Length;
            if (from is { } start)
                response.Content.Headers.ContentRange = new ContentRangeHeaderValue(start, s_content.Length - 1, s_content.Length);
            return Task.FromResult(response);
        }
    }

    /// <summary>A connection that dies.</summary>
    private sealed class Breaking(byte[] bytes, int limit) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position >= limit)
                throw new IOException("Connection reset by peer");
            return base.ReadAsync(buffer[..(int)Math.Min(buffer.Length, limit - Position)], cancellationToken);
        }
    }
}
