using System.Text.Json;

using Ceteris.Data;

using Microsoft.Data.Sqlite;

namespace Ceteris.Studies;

/// <summary>
/// index.db: what is in the certificates of a store, to be searched quickly. It holds nothing of its own and may be
/// deleted at any time. Whoever looks into it first compares the time of change of every shard folder with the one that
/// it has noted, and reads what is new.
/// </summary>
sealed class StoreIndex : IDisposable
{
    // A folder whose time of change is so recent may change once more at the same time, as the file system counts.
    static readonly TimeSpan settled = TimeSpan.FromSeconds(2);

    static readonly string insertion = "INSERT OR REPLACE INTO runs VALUES ($id, "
        + string.Join(", ", IndexColumn.All.Select((_, i) => $"${i}")) + ")";

    readonly StoreLayout layout;
    readonly StoreDatabase database;

    public StoreIndex(StoreLayout layout) => (this.layout, database) = (layout, new(layout.Root));

    /// <summary>Adds a run. If that fails, it is found the next time that somebody looks.</summary>
    public void TryInsert(string runId)
    {
        try
        {
            database.Use(() =>
            {
                using SqliteCommand insert = Insertion();
                Insert(insert, runId);
                return true;
            });
        }
        catch (StorageException)
        {
            // It is only an index.
        }
    }

    public IReadOnlyList<RunRow> List(RunFilter filter) => database.Use(() =>
    {
        Sync();
        return StoreQuery.List(database, layout, filter);
    });

    public long Count(RunFilter filter) => database.Use(() =>
    {
        Sync();
        return StoreQuery.Count(database, filter);
    });

    public IReadOnlyList<(string TestData, long Runs)> TestReads() => database.Use(() =>
    {
        Sync();
        return StoreQuery.TestReads(database);
    });

    /// <summary>Ids as the index has them, without a look at the folders; none if there is no index.</summary>
    public IReadOnlyList<string> Known() => !database.Exists ? [] : database.Use(() =>
    {
        using SqliteCommand command = database.Command("SELECT id FROM runs ORDER BY id");
        return Ids(command);
    });

    public long Rebuild() => database.Use(() =>
    {
        database.MakeTables();
        Sync();
        return StoreQuery.Count(database, RunFilter.All);
    });

    public void Dispose() => database.Dispose();

    /// <summary>Reads the shards that have changed since they were last read.</summary>
    void Sync()
    {
        Dictionary<string, long> noted = [];
        using (SqliteCommand command = database.Command("SELECT shard, changed FROM shards"))
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
        using SqliteCommand known = database.Command("SELECT id FROM runs WHERE id BETWEEN $low AND $high");
        known.Parameters.AddWithValue("$low", Convert.FromHexString(shard));
        known.Parameters.AddWithValue("$high", Convert.FromHexString(shard.PadRight(66, 'f')));
        HashSet<string> indexed = [.. Ids(known)];
        string[] present = [.. layout.IdsIn(shard)];
        string[] added = [.. present.Where(id => !indexed.Contains(id))];
        indexed.ExceptWith(present);
        if (added.Length == 0 && indexed.Count == 0 && changed == noted)
            return;
        using SqliteTransaction transaction = database.Begin();
        using (SqliteCommand insert = Insertion())
        {
            foreach (string id in added)
                Insert(insert, id);
        }
        foreach (string id in indexed)
            database.Execute($"DELETE FROM runs WHERE id = x'{id}'");
        database.Execute(FormattableString.Invariant($"INSERT OR REPLACE INTO shards VALUES ('{shard}', {changed})"));
        transaction.Commit();
    }

    SqliteCommand Insertion()
    {
        SqliteCommand command = database.Command(insertion);
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
                : $"{file}: expected a certificate, got "
                    + (e is JsonException ? "a text that is no JSON: damaged or cut off" : "JSON of another kind");
            return [.. IndexColumn.All.Select(column => column.Name switch
            {
                IndexColumn.State => IndexColumn.Damaged,
                IndexColumn.Reason => (object)why,
                _ => null,
            })];
        }
    }

    static List<string> Ids(SqliteCommand command)
    {
        var ids = new List<string>();
        using SqliteDataReader reader = command.ExecuteReader();
        while (reader.Read())
            ids.Add(Convert.ToHexStringLower((byte[])reader.GetValue(0)));
        return ids;
    }

}
