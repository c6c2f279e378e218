using System.Data;
using System.Text.Json;

using Microsoft.Data.Sqlite;

namespace Ceteris.Studies;

/// <summary>
/// index.db: what is in the certificates of a store, to be searched quickly. It holds nothing of its own and may be
/// deleted at any time. Whoever looks into it first compares the time of change of every shard folder with the one that
/// it has noted, and reads what is new; if it is damaged or of another version it is made anew; where it cannot be
/// written, it is in memory.
/// </summary>
sealed class StoreIndex : IDisposable
{
    // Changes when the same certificate gives other values; a changed list of columns changes the text anyway.
    const int Version = 1;
    const int BusyMs = 5000, SecondsToWait = 10;

    // A folder whose time of change is so recent may change once more at the same time, as the file system counts.
    static readonly TimeSpan settled = TimeSpan.FromSeconds(2);

    static readonly string runsTable = $"CREATE TABLE runs /* {Version} */ (id BLOB PRIMARY KEY, "
        + string.Join(", ", IndexColumn.All.Select(column => Quoted(column.Name))) + ") WITHOUT ROWID";
    const string ShardsTable = "CREATE TABLE shards (shard TEXT PRIMARY KEY, changed INTEGER) WITHOUT ROWID";

    static readonly string insertion = "INSERT OR REPLACE INTO runs VALUES ($id, "
        + string.Join(", ", IndexColumn.All.Select((_, i) => $"${i}")) + ")";

    readonly Lock sync = new();
    readonly StoreLayout layout;
    readonly string path;
    SqliteConnection? connection;
    DateTime created;
    bool isInMemory;

    public StoreIndex(StoreLayout layout) =>
        (this.layout, path) = (layout, Path.Combine(layout.Root, StoreLayout.IndexFile));

    /// <summary>Adds a run. If that fails, it is found the next time that somebody looks.</summary>
    public void TryInsert(string runId)
    {
        lock (sync)
        {
            try
            {
                Open();
                using SqliteCommand insert = Insertion();
                Insert(insert, runId);
            }
            catch (Exception e) when (e is SqliteException or StorageException)
            {
                Close();
            }
        }
    }

    public IReadOnlyList<RunRow> List(RunFilter filter) => Healing(() =>
    {
        Sync();
        return Read(filter);
    });

    public long Count(RunFilter filter) => Healing(() =>
    {
        Sync();
        using SqliteCommand command = Command("");
        command.CommandText = $"SELECT count(*) FROM runs{Where(command, filter)}";
        return (long)command.ExecuteScalar()!;
    });

    /// <summary>Ids as the index has them, without a look at the folders; none if there is no index.</summary>
    public IReadOnlyList<string> Known() => !File.Exists(path) ? [] : Healing(() =>
    {
        using SqliteCommand command = Command("SELECT id FROM runs ORDER BY id");
        return Ids(command);
    });

    public long Rebuild() => Healing(() =>
    {
        MakeTables();
        Sync();
        using SqliteCommand command = Command("SELECT count(*) FROM runs");
        return (long)command.ExecuteScalar()!;
    });

    public void Dispose()
    {
        lock (sync)
            Close();
    }

    /// <summary>Does something with the index; if it turns out to be damaged, once more with a new one.</summary>
    T Healing<T>(Func<T> action)
    {
        lock (sync)
        {
            try
            {
                Open();
                return action();
            }
            catch (SqliteException e) when (IsDamage(e))
            {
                Close();
                Delete();
            }
            catch (SqliteException e) when (IsUnwritable(e))
            {
                Close();
                OpenInMemory();
            }
            catch (SqliteException e)
            {
                Close();
                throw Failure(e);
            }
            try
            {
                Open();
                return action();
            }
            catch (SqliteException e)
            {
                Close();
                throw Failure(e);
            }
        }
    }

    StorageException Failure(SqliteException e) => StorageException.Of("use", path, new IOException(e.Message, e));

    static bool IsDamage(SqliteException e) => e.SqliteErrorCode is 1 or 11 or 26; // schema, corrupt, no database

    static bool IsUnwritable(SqliteException e) => e.SqliteErrorCode is 3 or 8 or 10 or 13 or 14; // permission, …, full

    void Open()
    {
        // Another process may have replaced a damaged index: go on with the one that has the name now.
        if (connection is not null && !isInMemory && File.GetCreationTimeUtc(path) != created)
            Close();
        if (connection is not null)
            return;
        if (!Directory.Exists(layout.Root))
        {
            OpenInMemory();
            return;
        }
        Connect(path);
        Execute($"PRAGMA busy_timeout = {BusyMs}");
        Execute("PRAGMA journal_mode = WAL");
        Execute("PRAGMA synchronous = NORMAL");
        Execute("PRAGMA mmap_size = 1073741824");
        using SqliteCommand command = Command("SELECT sql FROM sqlite_master WHERE name = 'runs'");
        if (command.ExecuteScalar() as string != runsTable)
            MakeTables();
        created = File.GetCreationTimeUtc(path);
    }

    void OpenInMemory()
    {
        isInMemory = true;
        Connect(":memory:");
        MakeTables();
    }

    void Connect(string source)
    {
        connection = new(new SqliteConnectionStringBuilder
        {
            DataSource = source,
            Pooling = false,
            DefaultTimeout = SecondsToWait,
        }.ToString());
        connection.Open();
    }

    void Close()
    {
        connection?.Dispose();
        connection = null;
    }

    void Delete()
    {
        foreach (string file in new[] { path, path + "-wal", path + "-shm" })
            StorageException.During("delete", file, () => File.Delete(file));
    }

    void MakeTables()
    {
        using SqliteTransaction transaction = connection!.BeginTransaction();
        foreach (string sql in new[]
            { "DROP TABLE IF EXISTS runs", "DROP TABLE IF EXISTS shards", runsTable, ShardsTable })
            Execute(sql);
        transaction.Commit();
    }

    /// <summary>Reads the shards that have changed since they were last read.</summary>
    void Sync()
    {
        Dictionary<string, long> noted = [];
        using (SqliteCommand command = Command("SELECT shard, changed FROM shards"))
        {
            using SqliteDataReader reader = command.ExecuteReader();
            while (reader.Read())
                noted[reader.GetString(0)] = reader.GetInt64(1);
        }
        string[] present = [.. layout.Shards()];
        foreach (string shard in present.Concat(noted.Keys.Except(present)))
        {
            // Before the folder is read: what changes then is found the next time.
            long changed = present.Contains(shard) ? ChangeOf(shard) : 0;
            if (changed == 0 || noted.GetValueOrDefault(shard) != changed)
                Sync(shard, changed, noted.GetValueOrDefault(shard));
        }
    }

    /// <summary>When a shard changed, in ticks; 0 if that is so recent that it says nothing.</summary>
    long ChangeOf(string shard)
    {
        string folder = layout.ShardFolder(shard);
        DateTimeOffset changed = StorageException.During("look at", folder, () => layout.Files.Changed(folder));
        return DateTimeOffset.UtcNow - changed < settled ? 0 : changed.UtcTicks;
    }

    void Sync(string shard, long changed, long noted)
    {
        // Ids first, then folders: a run that is published in between is not taken for one that has gone.
        using SqliteCommand known = Command("SELECT id FROM runs WHERE id BETWEEN $low AND $high");
        known.Parameters.AddWithValue("$low", Convert.FromHexString(shard));
        known.Parameters.AddWithValue("$high", Convert.FromHexString(shard.PadRight(66, 'f')));
        HashSet<string> indexed = [.. Ids(known)];
        string[] present = [.. layout.IdsIn(shard)];
        string[] added = [.. present.Where(id => !indexed.Contains(id))];
        indexed.ExceptWith(present);
        if (added.Length == 0 && indexed.Count == 0 && changed == noted)
            return;
        using SqliteTransaction transaction = connection!.BeginTransaction();
        using (SqliteCommand insert = Insertion())
        {
            foreach (string id in added)
                Insert(insert, id);
        }
        foreach (string id in indexed)
            Execute($"DELETE FROM runs WHERE id = x'{id}'");
        Execute(FormattableString.Invariant($"INSERT OR REPLACE INTO shards VALUES ('{shard}', {changed})"));
        transaction.Commit();
    }

    SqliteCommand Insertion()
    {
        SqliteCommand command = Command(insertion);
        command.Parameters.Add("$id", SqliteType.Blob);
        for (int i = 0; i < IndexColumn.All.Count; i++)
            command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
        command.Prepare();
        return command;
    }

    void Insert(SqliteCommand insertion, string runId)
    {
        object?[] values = ValuesOf(runId);
        insertion.Parameters[0].Value = Convert.FromHexString(runId);
        for (int i = 0; i < values.Length; i++)
            insertion.Parameters[i + 1].Value = values[i] ?? DBNull.Value;
        insertion.ExecuteNonQuery();
    }

    /// <summary>
    /// What a certificate says. Its hashes are not computed again here, that takes a hundred times as long and is what
    /// a check is for.
    /// </summary>
    object?[] ValuesOf(string runId)
    {
        string file = Path.Combine(layout.FolderOf(runId), RunCertificate.FileName);
        try
        {
            using var document = JsonDocument.Parse(layout.Read(file));
            JsonElement root = document.RootElement;
            string? id = root.GetProperty("identity").GetProperty("runId").GetString();
            if (id != runId)
                throw new InvalidDataException($"{file}: expected the run {runId}, got {id}");
            object?[] values = [.. IndexColumn.All.Select(column => column.Value(root))];
            return IndexColumn.States.Contains(values[0]) ? values
                : throw new InvalidDataException($"{file}: expected a run that has ended, got state {values[0]}");
        }
        catch (Exception e) when (e is InvalidDataException or JsonException or KeyNotFoundException
            or InvalidOperationException or FormatException or StorageException { Fault: StorageFault.Missing })
        {
            string why = e is InvalidDataException or StorageException ? e.Message
                : $"{file}: expected a certificate, got something else: {e.Message}";
            return [.. IndexColumn.All.Select(column => column.Name switch
            {
                IndexColumn.State => IndexColumn.Damaged,
                IndexColumn.Reason => (object)why,
                _ => null,
            })];
        }
    }

    List<RunRow> Read(RunFilter filter)
    {
        using SqliteCommand command = Command("");
        string sort = Quoted(filter.SortColumn.Name);
        string order = $" ORDER BY {sort} IS NULL, {sort}{(filter.Descending ? " DESC" : "")}, id";
        string limit = filter.Limit is { } most ? FormattableString.Invariant($" LIMIT {most}") : "";
        // Only the rows that are shown are read whole.
        string chosen = $"(SELECT id AS chosen FROM runs{Where(command, filter)}{order}{limit})";
        command.CommandText = $"SELECT runs.* FROM {chosen} JOIN runs ON id = chosen{order}";
        var rows = new List<RunRow>();
        using SqliteDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            object?[] values = new object?[IndexColumn.All.Count];
            for (int i = 0; i < values.Length; i++)
                values[i] = reader.IsDBNull(i + 1) ? null : reader.GetValue(i + 1);
            string id = Convert.ToHexStringLower((byte[])reader.GetValue(0));
            rows.Add(new(id, layout.FolderOf(id), values));
        }
        return rows;
    }

    static string Where(SqliteCommand command, RunFilter filter)
    {
        var conditions = new List<string>();
        foreach ((IndexColumn column, string sign, object value) in filter.Conditions)
        {
            string parameter = $"$v{conditions.Count}";
            command.Parameters.AddWithValue(parameter, value);
            // A run in which a key means nothing has another value for it.
            conditions.Add($"{Quoted(column.Name)} {(sign == "!=" ? "IS NOT" : sign)} {parameter}");
        }
        return conditions.Count == 0 ? "" : $" WHERE {string.Join(" AND ", conditions)}";
    }

    static List<string> Ids(SqliteCommand command)
    {
        var ids = new List<string>();
        using SqliteDataReader reader = command.ExecuteReader();
        while (reader.Read())
            ids.Add(Convert.ToHexStringLower((byte[])reader.GetValue(0)));
        return ids;
    }

    SqliteCommand Command(string sql)
    {
        SqliteCommand command = connection!.CreateCommand();
        command.CommandText = sql;
        return command;
    }

    void Execute(string sql)
    {
        using SqliteCommand command = Command(sql);
        command.ExecuteNonQuery();
    }

    static string Quoted(string name) => $"\"{name}\"";
}
