namespace Ceteris.Data;

/// <summary>
/// One picture of a gallery: what it shows and an optional line below it; <paramref name="Wrong"/> marks it red.
/// </summary>
public sealed record GalleryItem(Picture Picture, string? Caption = null, bool Wrong = false);
