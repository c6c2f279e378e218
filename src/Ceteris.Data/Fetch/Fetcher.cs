using System.Net.Http.Headers;

namespace Ceteris.Data;

/// <summary>
/// Fetches a data set into a folder, file by file and mirror by mirror. A file is received under a temporary name,
/// continued there if the transfer is cut (also by a later fetch), and gets its final name only when its length and its
/// check sum are the published ones.
/// </summary>
public sealed class Fetcher(HttpClient client, FetchOptions? options = null)
{
    readonly FetchOptions options = options ?? FetchOptions.Default;

    /// <summary>A client that decodes nothing on the way, so that what is checked is what was published.</summary>
    public static HttpClient CreateClient()
    {
        var client = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(15) })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("ceteris", "1"));
        return client;
    }

    /// <summary>
    /// Fetches what is not there yet, reads it, records its content, and returns it. Errors: <see
    /// cref="FetchException"/> with what every mirror said; <see cref="IOException"/> or <see
    /// cref="UnauthorizedAccessException"/> if the folder cannot be written. Folders that it made are removed if they
    /// stay empty.
    /// </summary>
    public async Task<ImageSplits> FetchAsync(
        MnistLike set, string folder, Action<FetchProgress>? progress = null, CancellationToken cancel = default)
    {
        string[] made = [.. ToBeMade(folder)];
        try
        {
            Directory.CreateDirectory(folder);
            for (int i = 0; i < IdxFolder.FileNames.Count; i++)
            {
                string name = $"{IdxFolder.FileNames[i]}.gz";
                await FetchFileAsync(set.Mirrors, name, set.Files[i], folder, progress, cancel).ConfigureAwait(false);
            }
        }
        catch
        {
            foreach (string empty in made)
                TryDeleteEmpty(empty);
            throw;
        }
        ImageSplits splits = IdxFolder.Find(folder)!.Read(set.Name, set.Image, set.Classes);
        ContentRecord.Write(folder, splits);
        return splits;
    }

    /// <summary>The folder and those around it that are not there, the innermost first.</summary>
    static IEnumerable<string> ToBeMade(string folder)
    {
        string? at = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        for (; at is not null && !Path.Exists(at); at = Path.GetDirectoryName(at))
            yield return at;
    }

    static void TryDeleteEmpty(string folder)
    {
        try
        {
            Directory.Delete(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It was never made, or something is in it, such as the beginning of a file.
        }
    }

    async Task FetchFileAsync(
        IReadOnlyList<Uri> mirrors, string name, PublishedFile file, string folder,
        Action<FetchProgress>? progress, CancellationToken cancel)
    {
        string path = Path.Combine(folder, name);
        if (File.Exists(path) && await PartialFile.Md5Async(path, cancel).ConfigureAwait(false) == file.Md5)
            return;
        var failures = new List<string>();
        using var part = new PartialFile($"{path}.part");
        foreach (Uri mirror in mirrors)
        {
            var address = new Uri(mirror, name);
            for (int attempt = 0; attempt < options.Attempts; attempt++)
            {
                bool resumed = part.Length > 0;
                Outcome outcome = await ReceiveAsync(address, part, name, file.Bytes, progress, cancel)
                    .ConfigureAwait(false);
                if (outcome.Error is null)
                {
                    string got = await part.Md5Async(cancel).ConfigureAwait(false);
                    if (got == file.Md5)
                    {
                        part.MoveTo(path);
                        return;
                    }
                    outcome = new($"expected MD5 {file.Md5}, got {got} ({part.Length} bytes)", Again: resumed);
                    part.Clear();
                }
                failures.Add($"\n  {address}: {outcome.Error}");
                if (!outcome.Again)
                    break;
            }
        }
        throw new FetchException($"{folder}: {name} could not be fetched:{string.Concat(failures)}");
    }

    /// <summary>What became of a transfer; <paramref name="Again"/>: whether the same mirror may do better.</summary>
    readonly record struct Outcome(string? Error, bool Again = false);

    async Task<Outcome> ReceiveAsync(
        Uri address, PartialFile part, string name, long published,
        Action<FetchProgress>? progress, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(options.Stall);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.AcceptEncoding.Add(new("identity"));
            if (part.Length > 0)
                request.Headers.Range = new(part.Length, null);
            using HttpResponseMessage response = await client
                .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token).ConfigureAwait(false);
            int status = (int)response.StatusCode;
            bool continues = status == 206 && response.Content.Headers.ContentRange?.From == part.Length;
            if (!continues && part.Length > 0)
                part.Clear();
            if (status != 200 && !continues)
                return new($"HTTP {status}", Again: status is 206 or 416 or >= 500);
            return await CopyAsync(response, part, name, published, progress, patience).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new($"nothing came for {options.Stall.TotalSeconds} s, after {part.Length} bytes", Again: true);
        }
        catch (Exception e) when (e is HttpRequestException or HttpIOException)
        {
            return part.Length > 0 ? new($"cut after {part.Length} bytes: {e.Message}", Again: true)
                : new($"not reached: {e.Message}");
        }
    }

    async Task<Outcome> CopyAsync(
        HttpResponseMessage response, PartialFile part, string name, long published,
        Action<FetchProgress>? progress, CancellationTokenSource patience)
    {
        long? total = response.Content.Headers.ContentLength + part.Length;
        if (total is { } announced && announced != published)
            return new($"expected {published} bytes, the server announces {announced} of {TypeOf(response)}");
        using Stream body = await response.Content.ReadAsStreamAsync(patience.Token).ConfigureAwait(false);
        byte[] buffer = new byte[1 << 16];
        while (true)
        {
            patience.CancelAfter(options.Stall);
            int least = part.Length == 0 ? 2 : 1;
            int count = await body.ReadAtLeastAsync(buffer, least, false, patience.Token).ConfigureAwait(false);
            if (count == 0)
            {
                return new(
                    part.Length < published ? $"cut after {part.Length} of {published} bytes" : null, Again: true);
            }
            if (part.Length == 0 && !GzipBody.Recognises(buffer.AsSpan(0, count)))
                return new($"expected a gzip file, got {Describe(response, buffer.AsSpan(0, count))}");
            if (part.Length + count > published)
            {
                part.Clear();
                return new($"expected {published} bytes, got more");
            }
            part.Append(buffer.AsSpan(0, count));
            progress?.Invoke(new(name, part.Length, total));
        }
    }

    static string Describe(HttpResponseMessage response, ReadOnlySpan<byte> start)
    {
        string text = string.Concat(
            start[..Math.Min(24, start.Length)].ToArray().Select(b => b is >= 0x20 and < 0x7F ? (char)b : '.'));
        return $"{TypeOf(response)} that begins with '{text}'";
    }

    static string TypeOf(HttpResponseMessage response) => response.Content.Headers.ContentType?.MediaType ?? "no type";
}
