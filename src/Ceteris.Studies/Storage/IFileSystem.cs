namespace Ceteris.Studies;

/// <summary>
/// The file operations that storage is built of, one system call each, so that a test can fail or crash any of them.
/// Failures surface as the platform's <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>;
/// <see cref="StorageException"/> puts them into words.
/// </summary>
public interface IFileSystem
{
    /// <summary>
    /// Creates a file that must not exist yet (exclusive create) and opens it for unbuffered writing.
    /// </summary>
    Stream CreateNew(string path);

    /// <summary>Forces what was written to a stream of <see cref="CreateNew"/> onto the disk.</summary>
    void Flush(Stream file);

    /// <summary>Atomically gives a file another name in the same folder, replacing what is there.</summary>
    void Rename(string source, string target);

    /// <summary>Deletes a file; a missing one is no error.</summary>
    void Delete(string path);

    /// <summary>Forces the names of a folder — creations, renames, deletions — onto the disk.</summary>
    void FlushFolder(string folder);

    /// <summary>Creates a folder and those above it; an existing one is no error.</summary>
    void CreateFolder(string folder);

    /// <summary>
    /// The names, without folder, of the files in a folder, in ordinal order; none for a missing folder.
    /// </summary>
    IReadOnlyList<string> List(string folder);

    /// <summary>
    /// The bytes of a file of at most <paramref name="limit"/> bytes, else <see cref="InvalidDataException"/>.
    /// </summary>
    byte[] Read(string path, long limit);

    /// <summary>Length of a file in bytes.</summary>
    long Length(string path);

    /// <summary>
    /// The names, without path, of the folders in a folder, in ordinal order; none for a missing folder.
    /// </summary>
    IReadOnlyList<string> ListFolders(string folder);

    /// <summary>Atomically gives a folder another name, which nothing may have yet.</summary>
    void MoveFolder(string source, string target);

    /// <summary>Deletes a folder with all that is in it; a missing one is no error.</summary>
    void DeleteFolder(string folder);

    /// <summary>When names were last added to a folder or taken from it.</summary>
    DateTimeOffset Changed(string folder);
}
