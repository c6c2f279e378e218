using System.Buffers.Binary;
using System.Security.Cryptography;

using Ceteris.Data;

namespace Ceteris.Studies;

/// <summary>The images of a run, and how a network sees them.</summary>
public sealed class RunData
{
    /// <param name="name">What to call it, as in the recipe.</param>
    /// <param name="all">The complete training and test images: what is hashed as the content.</param>
    /// <param name="train">The training images that the recipe selects; a selection of <paramref name="all"/>, as are
    /// the next two.</param>
    /// <param name="validation">Images put aside; null for none.</param>
    /// <param name="preprocessing">Constants that it computes, it computes from <paramref name="train"/>.</param>
    public RunData(string name, ImageSplits all, ImageSet train, ImageSet? validation, Preprocessing preprocessing)
    {
        if (!all.Test.Image.Equals(train.Image) || all.Test.Classes.Count != train.Classes.Count)
        {
            throw new DataException("expected test images like the training images "
                + $"({train.Image}, {train.Classes.Count} classes), got {all.Test}");
        }
        (Train, Validation, Test) = (train, validation, all.Test);
        Normalisation = preprocessing.For(train);
        string content = Sha256Text.Of($"ceteris-data-1\n{all.Train.Sha256}\n{all.Test.Sha256}\n");
        Record = new(name, train.Count, Test.Count, content, SubsetSha256(train, validation, Test))
        {
            Files =
            [
                .. all.Train.Sources.Concat(all.Test.Sources).Distinct()
                    .Select(file => new DataFile(file.Name, file.Size, file.Sha256)),
            ],
        };
    }

    public ImageSet Train { get; }

    public ImageSet? Validation { get; }

    public ImageSet Test { get; }

    public Normalisation Normalisation { get; }

    /// <summary>Names and hashes, for the certificate.</summary>
    public DataRecord Record { get; }

    /// <summary>Loads what a recipe asks for.</summary>
    /// <exception cref="DataException">A set is missing or damaged.</exception>
    /// <exception cref="RecipeException">A set is unknown, or a range does not fit.</exception>
    public static RunData Load(Recipe recipe, DataFolders folders, Action<string>? notice = null)
    {
        ImageSplits splits = RecipeException.At("data", () => DataSets.Find(recipe.Data.Name)).Load(folders, notice);
        if (recipe.TestData == recipe.Data.Name)
            return Of(recipe, splits);
        IDataset test = RecipeException.At("test-data", () => DataSets.Find(recipe.TestData));
        return Of(recipe, splits with { Test = test.Load(folders, notice).Test });
    }

    /// <summary>What a recipe selects from a set that is already in memory.</summary>
    /// <exception cref="RecipeException">A range does not fit.</exception>
    public static RunData Of(Recipe recipe, ImageSplits splits)
    {
        ImageSet train = RecipeException.At("data", () => recipe.Data.Of(splits.Train));
        (ImageSet rest, ImageSet? validation) = recipe.Validation is { } split
            ? RecipeException.At("validation", () => split.Of(train)) : (train, null);
        return new(recipe["data"]!, splits, rest, validation, recipe.Preprocessing);
    }

    /// <summary>
    /// SHA-256 of <c>ceteris-subset-1</c> and a line feed, then for each selection its length and ids, little-endian.
    /// </summary>
    static string SubsetSha256(params ImageSet?[] selections)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("ceteris-subset-1\n"u8);
        Span<byte> word = stackalloc byte[4];
        foreach (ImageSet? selection in selections)
        {
            BinaryPrimitives.WriteInt32LittleEndian(word, selection?.Count ?? -1);
            hash.AppendData(word);
            foreach (int id in selection is null ? [] : selection.Ids)
            {
                BinaryPrimitives.WriteInt32LittleEndian(word, id);
                hash.AppendData(word);
            }
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
