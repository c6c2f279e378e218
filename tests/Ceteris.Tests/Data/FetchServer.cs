using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Ceteris.Tests;

/// <summary>
/// A web server on 127.0.0.1 that misbehaves on request: each test answers the bytes of the wire itself.
/// </summary>
sealed class FetchServer : IDisposable
{
    public sealed record Request(string Path, long? From, int Number);

    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource stop = new();
    int count;

    /// <param name="answer">What to send before the connection is closed; null: nothing, and it stays open.</param>
    public FetchServer(Func<Request, byte[]?> answer)
    {
        listener.Start();
        _ = AcceptAsync(answer);
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");

    public ConcurrentQueue<Request> Requests { get; } = new();

    public static byte[] Response(string status, byte[] body, string headers = "", int? cutAfter = null)
    {
        string head = $"HTTP/1.1 {status}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n{headers}\r\n";
        return [.. Encoding.ASCII.GetBytes(head), .. body.AsSpan(0, cutAfter ?? body.Length)];
    }

    public static byte[] Ok(byte[] body, int? cutAfter = null) => Response("200 OK", body, cutAfter: cutAfter);

    /// <summary>The rest of a body, as a server does that honours Range.</summary>
    public static byte[] Partial(byte[] body, long from) => Response(
        "206 Partial Content", body[(int)from..], $"Content-Range: bytes {from}-{body.Length - 1}/{body.Length}\r\n");

    public void Dispose()
    {
        stop.Cancel();
        listener.Dispose();
        stop.Dispose();
    }

    async Task AcceptAsync(Func<Request, byte[]?> answer)
    {
        CancellationToken cancel = stop.Token;
        while (!cancel.IsCancellationRequested)
        {
            TcpClient client;
            try
            {
                client = await listener.AcceptTcpClientAsync(cancel);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
            _ = ServeAsync(client, answer, cancel);
        }
    }

    async Task ServeAsync(TcpClient client, Func<Request, byte[]?> answer, CancellationToken cancel)
    {
        using TcpClient own = client;
        NetworkStream stream = own.GetStream();
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        try
        {
            string path = (await reader.ReadLineAsync(cancel))!.Split(' ')[1];
            long? from = null;
            while (await reader.ReadLineAsync(cancel) is { Length: > 0 } line)
            {
                if (line.StartsWith("Range: bytes=", StringComparison.OrdinalIgnoreCase))
                    from = long.Parse(line["Range: bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture);
            }
            var request = new Request(path, from, Interlocked.Increment(ref count));
            Requests.Enqueue(request);
            byte[]? response = answer(request);
            if (response is null)
                await Task.Delay(Timeout.Infinite, cancel);
            await stream.WriteAsync(response, cancel);
            own.Client.Shutdown(SocketShutdown.Send);
            // Wait for the other side, so that what was sent is not lost by a reset.
            await stream.CopyToAsync(Stream.Null, cancel);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException)
        {
        }
    }
}
