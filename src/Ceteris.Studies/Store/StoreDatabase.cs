using Microsoft.Data.Sqlite;

namespace Ceteris.Studies;

/// <summary>
/// The SQLite file of an index and its tables. It may be deleted at any time: if it is damaged or of another version it
/// is made anew, where it cannot be written it is in memory. One thread at a time.
/// </summary>
sealed class StoreDatabase(string root) : IDisposable
{
    // Changes when the same certificate gives other values; a changed list of columns changes the text anyway.
    const int Version = 1;
    const int BusyMs = 5000, SecondsToWait = 10;

    static readonly string runsTable = $"CREATE TABLE runs /* {Version} */ (id BLOB PRIMARY KEY, "
        + string.Join(", ", IndexColumn.All.Select(column => Quoted(column.Name))) + ") WITHOUT ROWID";
    const string ShardsTable = "CREATE TABLE shards (shard TEXT PRIMARY KEY, changed INTEGER) WITHOUT ROWID";

    readonly Lock sync = new();
    readonly string path = Path.Combine(root, StoreLayout.IndexFile);
    SqliteConnection? connection;
    DateTime created;
    bool isInMemory;

    public bool Exists => File.Exists(path);

    /// <summary>Does something with the tables; if they turn out to be damaged, once more with new ones.</summary>
    /// <exception cref="StorageException">The database cannot be used.</exception>
    public T Use<T>(Func<T> action)
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
        if (!Directory.Exists(root))
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

    /// <summary>Empty ones, whatever was there.</summary>
    public void MakeTables()
    {
        using SqliteTransaction transaction = Begin();
        foreach (string sql in new[]
            { "DROP TABLE IF EXISTS runs", "DROP TABLE IF EXISTS shards", runsTable, ShardsTable })
            Execute(sql);
        transaction.Commit();
    }

    public SqliteTransaction Begin() => connection!.BeginTransaction();

    public SqliteCommand Command(string sql)
    {
        SqliteCommand command = connection!.CreateCommand();
        command.CommandText = sql;
        return command;
    }

    public void Execute(string sql)
    {
        using SqliteCommand command = Command(sql);
        command.ExecuteNonQuery();
    }

    public static string Quoted(string name) => $"\"{name}\"";

    public void Dispose()
    {
        lock (sync)
            Close();
    }
}
