using Microsoft.Data.Sqlite;

namespace Ceteris.Studies;

/// <summary>Filters of runs as questions to the index.</summary>
static class StoreQuery
{
    public static long Count(StoreDatabase database, RunFilter filter)
    {
        using SqliteCommand command = database.Command("");
        command.CommandText = $"SELECT count(*) FROM runs{Where(command, filter)}";
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>Completed runs by the data set whose test images they were counted on, in the order of names.</summary>
    public static IReadOnlyList<(string TestData, long Runs)> TestReads(StoreDatabase database)
    {
        using SqliteCommand command = database.Command(
            "SELECT coalesce(\"test-data\", '?') AS name, count(*) FROM runs WHERE state = 'completed' GROUP BY name "
                + "ORDER BY name");
        using SqliteDataReader reader = command.ExecuteReader();
        var reads = new List<(string, long)>();
        while (reader.Read())
            reads.Add((reader.GetString(0), reader.GetInt64(1)));
        return reads;
    }

    public static IReadOnlyList<RunRow> List(StoreDatabase database, StoreLayout layout, RunFilter filter)
    {
        using SqliteCommand command = database.Command("");
        string sort = StoreDatabase.Quoted(filter.SortColumn.Name);
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
            conditions.Add($"{StoreDatabase.Quoted(column.Name)} {(sign == "!=" ? "IS NOT" : sign)} {parameter}");
        }
        return conditions.Count == 0 ? "" : $" WHERE {string.Join(" AND ", conditions)}";
    }
}
