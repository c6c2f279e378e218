namespace Ceteris.Data;

/// <summary>
/// What a publisher tells about a file: its MD5 in lower-case hexadecimal and its length in bytes.
/// </summary>
public sealed record PublishedFile(string Md5, long Bytes);
