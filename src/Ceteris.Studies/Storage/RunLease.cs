using System.Globalization;
using System.Text.Json.Nodes;

using Ceteris.Data;

namespace Ceteris.Studies;

/// <summary>
/// The right to write into a run folder: at most one process has it. Lease number n is the file
/// <c>lease-00000n.json</c>, made by exclusive create; the highest number owns, so the number is a fencing token: it
/// only grows, and an owner who finds a higher one has lost. Works on shared file systems, where locks do not.
/// </summary>
/// <remarks>
/// Taking over: if the highest lease n was released, or its owner is a dead process of this machine, create n + 1.
/// Exactly one can; it then looks again for a higher one, since its view may be old. The last few files are kept so
/// that nobody with an old view can create a number that was used before.
/// </remarks>
public sealed class RunLease : IDisposable
{
    const string Prefix = "lease-", Suffix = ".json";
    const int Kept = 4, LimitBytes = 1 << 16, PollMs = 10, PatienceMs = 2000;

    static int instances;

    readonly IFileSystem files;
    readonly string folder;
    readonly string instance;
    bool released;

    RunLease(IFileSystem files, string folder, long token, LeaseOwner owner)
    {
        (this.files, this.folder, Token, Owner) = (files, folder, token, owner);
        instance = string.Create(CultureInfo.InvariantCulture,
            $"{owner.Started}/{Interlocked.Increment(ref instances)}");
    }

    /// <summary>Grows with every change of owner.</summary>
    public long Token { get; }

    public LeaseOwner Owner { get; }

    /// <summary>Whether a file of a run folder tells only who writes there.</summary>
    internal static bool IsLease(string name) => name.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Takes the lease of an existing folder.</summary>
    /// <param name="files">Where.</param>
    /// <param name="folder">The run folder.</param>
    /// <param name="startOf">As <see cref="Processes.StartOf"/>, the default.</param>
    /// <param name="force">Take it even from an owner that may be alive (one on another machine cannot be
    /// asked).</param>
    /// <exception cref="LeaseException">Another process owns it.</exception>
    /// <exception cref="StorageException">A file operation failed; no lease was taken.</exception>
    public static RunLease Acquire(IFileSystem files, string folder, Func<int, string?>? startOf = null,
        bool force = false)
    {
        LeaseOwner self = LeaseOwner.Current();
        while (true)
        {
            long top = Tokens(files, folder).LastOrDefault();
            if (top > 0 && !force && HolderOf(files, folder, top) is { } holder
                && MayBeAlive(holder, startOf ?? Processes.StartOf))
                throw Held(folder, holder);
            var lease = new RunLease(files, folder, top + 1, self);
            if (!lease.TryCreate())
                continue;
            try
            {
                if (Tokens(files, folder).LastOrDefault() == lease.Token)
                {
                    foreach (long old in Tokens(files, folder).Where(token => token <= lease.Token - Kept))
                        lease.DeleteFile(old);
                    return lease;
                }
                lease.DeleteFile(lease.Token);
            }
            catch (StorageException)
            {
                lease.Dispose();
                throw;
            }
        }
    }

    /// <summary>The process that owns a folder, as far as can be seen; null if none does. Changes nothing.</summary>
    public static LeaseOwner? HolderIn(IFileSystem files, string folder)
    {
        long top = Tokens(files, folder).LastOrDefault();
        return top > 0 && HolderOf(files, folder, top) is { } holder && MayBeAlive(holder, Processes.StartOf)
            ? holder : null;
    }

    /// <summary>Checks that this lease still owns the folder; called before every change.</summary>
    /// <exception cref="LeaseException">It was taken over.</exception>
    public void Verify()
    {
        ObjectDisposedException.ThrowIf(released, this);
        long top = Tokens(files, folder).LastOrDefault();
        LeaseFile? file = top == 0 ? null : Read(files, folder, top);
        if (top == Token && file?.Instance == instance)
            return;
        string by = file is null ? "the lease files are gone" : $"lease {top} belongs to {file.Owner}";
        throw new LeaseException($"{folder}: this process (lease {Token}) has been replaced: {by}", file?.Owner,
            lost: true);
    }

    /// <summary>Releases the lease, if it is still ours. The file stays: its number must not come again.</summary>
    public void Dispose()
    {
        if (released)
            return;
        try
        {
            AtomicFile.Write(files, PathOf(folder, Token), stream => stream.Write(Content(held: false)), Verify);
        }
        catch (Exception e) when (e is LeaseException or StorageException)
        {
            // Taken over, or the disk fails: then this process's end is what frees it.
        }
        released = true;
    }

    sealed record LeaseFile(LeaseOwner Owner, bool Held, string Instance);

    bool TryCreate()
    {
        string path = PathOf(folder, Token);
        Stream file;
        try
        {
            file = files.CreateNew(path);
        }
        catch (Exception e) when (StorageException.IsFileFailure(e))
        {
            if (Tokens(files, folder).LastOrDefault() >= Token)
                return false;
            StorageException.During("create", path, () => throw e);
            throw;
        }
        try
        {
            using (file)
            {
                StorageException.During("write", path, () => file.Write(Content(held: true)));
                StorageException.During("flush to disk", path, () => files.Flush(file));
            }
            StorageException.During("flush the folder", folder, () => files.FlushFolder(folder));
            return true;
        }
        catch (StorageException)
        {
            try
            {
                DeleteFile(Token);
            }
            catch (StorageException)
            {
                // A lease without content is taken for abandoned after a moment.
            }
            throw;
        }
    }

    void DeleteFile(long token)
    {
        string path = PathOf(folder, token);
        StorageException.During("delete", path, () => files.Delete(path));
    }

    byte[] Content(bool held) => CanonicalJson.Bytes(new JsonObject
    {
        ["pid"] = Owner.Pid,
        ["host"] = Owner.Host,
        ["started"] = Owner.Started,
        ["since"] = Owner.Since,
        ["instance"] = instance,
        ["held"] = held,
    });

    /// <summary>The owner of a lease; null if it was released, or never got its content.</summary>
    static LeaseOwner? HolderOf(IFileSystem files, string folder, long token)
    {
        // Between another's create and write there is nothing to read yet.
        for (int waitedMs = 0; waitedMs < PatienceMs; waitedMs += PollMs)
        {
            if (Read(files, folder, token) is { } file)
                return file.Held ? file.Owner : null;
            if (Tokens(files, folder).LastOrDefault() != token)
                return null;
            Thread.Sleep(PollMs);
        }
        return null;
    }

    static LeaseFile? Read(IFileSystem files, string folder, long token)
    {
        string path = PathOf(folder, token);
        try
        {
            byte[] bytes = StorageException.During("read", path, () => files.Read(path, LimitBytes));
            var fields = JsonFields.Of(CanonicalJson.Parse(bytes, path), path);
            var owner = new LeaseOwner(fields.Int32("pid"), fields.String("host"), fields.String("started"),
                fields.String("since"));
            return new(owner, fields.Boolean("held"), fields.String("instance"));
        }
        catch (InvalidDataException)
        {
            return null;
        }
        catch (StorageException e) when (e.Fault == StorageFault.Missing)
        {
            return null;
        }
    }

    static bool MayBeAlive(LeaseOwner owner, Func<int, string?> startOf) =>
        owner.Host != Environment.MachineName || startOf(owner.Pid) == owner.Started;

    static LeaseException Held(string folder, LeaseOwner owner)
    {
        string remote = owner.Host == Environment.MachineName
            ? "" : " (on another machine, so whether it still lives cannot be seen from here)";
        return new($"{folder}: owned by {owner}{remote}", owner, lost: false);
    }

    static string PathOf(string folder, long token) =>
        Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{token:D6}{Suffix}"));

    static long[] Tokens(IFileSystem files, string folder) =>
    [
        .. StorageException.During("list", folder, () => files.List(folder))
            .Select(TokenOf).Where(token => token > 0).Order(),
    ];

    static long TokenOf(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(Suffix, StringComparison.Ordinal)
        && long.TryParse(name.AsSpan(Prefix.Length, name.Length - Prefix.Length - Suffix.Length),
            NumberStyles.None, CultureInfo.InvariantCulture, out long token) ? token : 0;
}
