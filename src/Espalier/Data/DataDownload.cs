using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Espalier.Files;

namespace Espalier.Data;

/// <summary>How far a download is.</summary>
/// <param name="File">Name of the file.</param>
/// <param name="Received">Bytes on disk, those of an earlier attempt included.</param>
/// <param name="Total">Bytes of the whole file; null where the server does not say.</param>
public readonly record struct DownloadProgress(string File, long Received, long? Total);

/// <summary>
/// Downloads official archives. What is broken off goes on where it stopped, and a file gets its name only when its checksum is right.
/// </summary>
/// <param name="handler">Answers the requests; null for the network.</param>
public sealed class DataDownload(HttpMessageHandler? handler = null) : IDisposable
{
    private readonly HttpClient _client = handler is null ? new HttpClient() : new HttpClient(handler, disposeHandler: false);

    /// <summary>Downloads a data set; files that are there already are checked and kept.</summary>
    /// <param name="dataSet">One of <see cref="RemoteFile.Sets"/>.</param>
    /// <param name="folder">Folder of all data; <see cref="DataSets.Open"/> finds the set there.</param>
    /// <param name="progress">Told about each piece; null for nobody.</param>
    /// <param name="cancellation">Breaks off; the next attempt goes on from there.</param>
    /// <returns>Paths of the files.</returns>
    /// <exception cref="InputException">The name is unknown, the network or the disk fails, or a checksum is wrong.</exception>
    public async Task<IReadOnlyList<string>> FetchAsync(
        string dataSet,
        string folder,
        IProgress<DownloadProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        List<string> paths = [];
        foreach (RemoteFile file in RemoteFile.Of(dataSet))
            paths.Add(await FetchAsync(file, folder, progress, cancellation).ConfigureAwait(false));
        return paths;
    }

    /// <summary>Downloads one file.</summary>
    /// <param name="file">Which.</param>
    /// <param name="folder">Folder of all data.</param>
    /// <param name="progress">Told about each piece; null for nobody.</param>
    /// <param name="cancellation">Breaks off; the next attempt goes on from there.</param>
    /// <returns>Its path.</returns>
    /// <exception cref="InputException">The network or the disk fails, or the checksum is wrong.</exception>
    public async Task<string> FetchAsync(
        RemoteFile file,
        string folder,
        IProgress<DownloadProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        string path = Path.Combine(folder, file.Folder, file.FileName),
            part = path + ".part";
        try
        {
            if (File.Exists(path))
            {
                string sum = await Md5Async(path, cancellation).ConfigureAwait(false);
                return sum == file.Md5
                    ? path
                    : throw new InputException(
                        $"'{path}' is there, but its MD5 sum is {sum} instead of {file.Md5}: move it away to download it again."
                    );
            }
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            await ReceiveAsync(file, part, progress, cancellation).ConfigureAwait(false);
            string received = await Md5Async(part, cancellation).ConfigureAwait(false);
            if (received != file.Md5)
            {
                File.Delete(part);
                throw new InputException($"{file.Address} gave a file with MD5 sum {received} instead of {file.Md5}; it was deleted.");
            }
            File.Move(part, path, overwrite: true);
            return path;
        }
        catch (Exception fault)
            when (fault is HttpRequestException or HttpIOException
                || (fault is OperationCanceledException && !cancellation.IsCancellationRequested)
            )
        {
            throw new InputException(
                $"{file.Address} cannot be downloaded ({fault.Message}): "
                    + $"try again, or get it by other means and put it at '{Path.GetFullPath(path)}'.",
                fault
            );
        }
        catch (Exception fault) when (FileFaults.IsFault(fault))
        {
            throw FileFaults.Writing(path, fault);
        }
    }

    /// <summary>Closes connections.</summary>
    public void Dispose() => _client.Dispose();

    private async Task ReceiveAsync(RemoteFile file, string part, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        long have = File.Exists(part) ? new FileInfo(part).Length : 0;
        using HttpResponseMessage response = await AskAsync(file, have, cancellation).ConfigureAwait(false);
        // 416: there is nothing after what we have. It is whole, or it is wrong; the checksum knows.
        if (have > 0 && response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
            return;
        response.EnsureSuccessStatusCode();
        bool resumed = response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == have;
        if (!resumed)
            have = 0;
        long? total = response.Content.Headers.ContentLength + have;

        Stream content = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            FileStream target = new(part, resumed ? FileMode.Append : FileMode.Create, FileAccess.Write);
            await using (target.ConfigureAwait(false))
            {
                byte[] buffer = new byte[128 << 10];
                for (int read; (read = await ReadAsync(content, buffer, cancellation).ConfigureAwait(false)) > 0; )
                {
                    await target.WriteAsync(buffer.AsMemory(0, read), cancellation).ConfigureAwait(false);
                    have += read;
                    progress?.Report(new DownloadProgress(file.FileName, have, total));
                }
                target.Flush(flushToDisk: true); // before it gets its name
            }
        }
        if (have < total)
            throw new HttpRequestException($"the connection ended after {have} of {total} bytes");
    }

    /// <summary>Tells a broken connection (an IOException as well) from a broken disk.</summary>
    private static async Task<int> ReadAsync(Stream content, byte[] buffer, CancellationToken cancellation)
    {
        try
        {
            return await content.ReadAsync(buffer, cancellation).ConfigureAwait(false);
        }
        catch (IOException fault)
        {
            throw new HttpRequestException(fault.Message, fault);
        }
    }

    private async Task<HttpResponseMessage> AskAsync(RemoteFile file, long have, CancellationToken cancellation)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, file.Address);
        if (have > 0)
            request.Headers.Range = new RangeHeaderValue(have, null);
        return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
    }

    private static async Task<string> Md5Async(string path, CancellationToken cancellation)
    {
        FileStream file = File.OpenRead(path);
        await using (file.ConfigureAwait(false))
        {
#pragma warning disable CA5351 // It guards against damage; the publishers state no other sum.
            return Convert.ToHexStringLower(await MD5.HashDataAsync(file, cancellation).ConfigureAwait(false));
#pragma warning restore CA5351
        }
    }
}
