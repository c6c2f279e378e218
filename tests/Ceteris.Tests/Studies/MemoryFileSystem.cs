using Ceteris.Studies;

namespace Ceteris.Tests;

/// <summary>What a simulated crash leaves on the disk.</summary>
public enum Crash
{
    /// <summary>The process was killed: the system keeps all that was handed to it.</summary>
    Kill,

    /// <summary>Power cut: only flushed data and flushed names.</summary>
    PowerCut,

    /// <summary>Power cut, names went ahead of the data: unflushed data lost, all names there.</summary>
    NamesFirst,

    /// <summary>Power cut: all names, and half of the data that was not flushed.</summary>
    Torn,
}

/// <summary>Thrown by every operation after a simulated crash; nothing catches it.</summary>
public sealed class CrashedException() : Exception("crashed");

/// <summary>
/// A file system in memory that knows what is on the disk and what only in the cache; fails or crashes at a given
/// operation.
/// </summary>
public sealed class MemoryFileSystem : IFileSystem
{
    readonly Lock sync = new();
    readonly Dictionary<string, Node> cached = [];
    readonly Dictionary<string, Node> durable = [];
    bool crashed;

    sealed class Node
    {
        public List<byte> Cached = [];
        public byte[] Durable = [];
    }

    /// <summary>Operations done so far.</summary>
    public int Operations { get; private set; }

    /// <summary>The operation, from 0, before which <see cref="Fault"/> strikes.</summary>
    public int FaultAt { get; set; } = -1;

    /// <summary>What happens there: an exception, or null for a crash.</summary>
    public Exception? Fault { get; set; }

    /// <summary>If the operation is a write, half of it is done before the fault strikes.</summary>
    public bool Short { get; set; }

    /// <summary>The short write is not even reported.</summary>
    public bool Silent { get; set; }

    /// <summary>Kinds of the operations so far.</summary>
    public List<string> Log { get; } = [];

    public IReadOnlyDictionary<string, byte[]> Files
    {
        get
        {
            lock (sync)
                return cached.ToDictionary(pair => pair.Key, pair => pair.Value.Cached.ToArray());
        }
    }

    public void Put(string path, byte[] bytes)
    {
        lock (sync)
            cached[path] = durable[path] = new Node { Cached = [.. bytes], Durable = bytes };
    }

    /// <summary>The file system that the next process finds.</summary>
    public MemoryFileSystem After(Crash crash)
    {
        var next = new MemoryFileSystem();
        foreach ((string path, Node node) in crash == Crash.PowerCut ? durable : cached)
        {
            byte[] all = [.. node.Cached];
            next.Put(path, crash switch
            {
                Crash.Kill => all,
                Crash.Torn => all[..(node.Durable.Length + (all.Length - node.Durable.Length) / 2)],
                _ => node.Durable,
            });
        }
        return next;
    }

    public Stream CreateNew(string path) => Do("create", () =>
    {
        var node = new Node();
        if (!cached.TryAdd(path, node))
            throw new IOException($"file exists: '{path}'", 17);
        return new Writer(this, node);
    });

    public void Flush(Stream file) => Do("flush", () =>
    {
        Node node = ((Writer)file).Node;
        node.Durable = [.. node.Cached];
        return true;
    });

    public void Rename(string source, string target) => Do("rename", () =>
    {
        cached[target] = Find(source);
        return cached.Remove(source);
    });

    public void Delete(string path) => Do("delete", () => cached.Remove(path));

    public void FlushFolder(string folder) => Do("flush folder", () =>
    {
        foreach (string path in durable.Keys.Where(path => Path.GetDirectoryName(path) == folder).ToArray())
            durable.Remove(path);
        foreach ((string path, Node node) in cached.Where(pair => Path.GetDirectoryName(pair.Key) == folder))
            durable[path] = node;
        return true;
    });

    public void CreateFolder(string folder) => Do("create folder", () => true);

    public IReadOnlyList<string> List(string folder) => Do<IReadOnlyList<string>>("list", () =>
        [.. cached.Keys.Where(path => Path.GetDirectoryName(path) == folder).Select(path => Path.GetFileName(path)!)
            .Order(StringComparer.Ordinal)]);

    public byte[] Read(string path, long limit) => Do<byte[]>("read", () =>
        Find(path).Cached.Count <= limit ? [.. Find(path).Cached] : throw new InvalidDataException("too long"));

    public IReadOnlyList<string> ListFolders(string folder) => Do<IReadOnlyList<string>>("list folders", () =>
        [.. cached.Keys.Where(path => path.StartsWith(folder + "/", StringComparison.Ordinal))
            .Select(path => path[(folder.Length + 1)..].Split('/')).Where(parts => parts.Length > 1)
            .Select(parts => parts[0]).Distinct().Order(StringComparer.Ordinal)]);

    public void MoveFolder(string source, string target) => Do("move folder", () =>
    {
        foreach (string path in cached.Keys.Where(p => p.StartsWith(source + "/", StringComparison.Ordinal)).ToArray())
        {
            cached[target + path[source.Length..]] = cached[path];
            cached.Remove(path);
        }
        return true;
    });

    public void DeleteFolder(string folder) => Do("delete folder", () =>
    {
        foreach (string path in cached.Keys.Where(p => p.StartsWith(folder + "/", StringComparison.Ordinal)).ToArray())
            cached.Remove(path);
        return true;
    });

    public DateTimeOffset Changed(string folder) => Do("changed", () => DateTimeOffset.UnixEpoch);

    public long Length(string path) => Do<long>("length", () => Find(path).Cached.Count);

    Node Find(string path) =>
        cached.TryGetValue(path, out Node? node) ? node : throw new FileNotFoundException("no such file", path);

    T Do<T>(string kind, Func<T> action)
    {
        lock (sync)
        {
            Strike(kind);
            return action();
        }
    }

    void Write(Node node, ReadOnlySpan<byte> bytes)
    {
        lock (sync)
        {
            if (Short && Operations == FaultAt)
            {
                node.Cached.AddRange(bytes[..(bytes.Length / 2)]);
                if (Silent)
                {
                    Operations++;
                    return;
                }
            }
            Strike("write");
            node.Cached.AddRange(bytes);
        }
    }

    void Strike(string kind)
    {
        Log.Add(kind);
        if (crashed)
            throw new CrashedException();
        if (Operations++ != FaultAt)
            return;
        crashed = Fault is null;
        throw Fault ?? new CrashedException();
    }

    sealed class Writer(MemoryFileSystem owner, Node node) : WriteOnlyStream
    {
        public Node Node { get; } = node;

        public override void Write(ReadOnlySpan<byte> buffer) => owner.Write(Node, buffer);

        public override void Flush()
        {
        }
    }
}
