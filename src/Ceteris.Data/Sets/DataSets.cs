using Ceteris.Kernels;

namespace Ceteris.Data;

/// <summary>Every data set that is known by name.</summary>
public static class DataSets
{
    static readonly string[] TenDigits = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

    static readonly string[] Clothes =
        ["t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"];

    static readonly string[] Hiragana = ["o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"];

    public static IReadOnlyList<IDataset> All { get; } =
    [
        new Digits(),
        new MnistLike("mnist", "MNIST: handwritten digits (LeCun, Cortes, Burges)", TenDigits,
            [
                new("https://storage.googleapis.com/cvdf-datasets/mnist/"),
                new("https://ossci-datasets.s3.amazonaws.com/mnist/"),
            ],
            [new("f68b3c2dcbeaaa9fbdd348bbdeb94873", 9_912_422), new("d53e105ee54ea40749a09fcbcd1e9432", 28_881),
             new("9fb629c4189551a2d022fa330f9573f3", 1_648_877), new("ec29112dd5afa0611ce80d1b7f02629c", 4_542)]),
        new MnistLike("fashion-mnist", "Fashion-MNIST: articles of clothing (Xiao, Rasul, Vollgraf)", Clothes,
            [new("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"),
             new("https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/")],
            [new("8d4fb7e6c68d591d4c3dfef9ec88bf0d", 26_421_880), new("25c81989df183df01b3e8a0aad5dffbe", 29_515),
             new("bef4ecab320f06d8554ea6380940ec79", 4_422_102), new("bb300cfdad3c16e7a12a480ee83cd310", 5_148)]),
        new MnistLike("kmnist", "KMNIST: handwritten hiragana (CODH)", Hiragana,
            [new("http://codh.rois.ac.jp/kmnist/dataset/kmnist/")],
            [new("bdb82020997e1d708af4cf47b453dcf7", 18_165_135), new("e144d726b3acfaa3e44228e80efcd344", 29_497),
             new("5c965bf0a639b31b8f53240b1b52f4d7", 3_041_136), new("7320c461ea6c1c855c0b718fb2a4b134", 5_120)]),
    ];

    /// <summary>The data set of this name. Errors: <see cref="DataException"/> that lists the names.</summary>
    public static IDataset Find(string name) => Find(name, All);

    /// <summary>The same among other sets.</summary>
    public static IDataset Find(string name, IReadOnlyList<IDataset> sets) =>
        sets.FirstOrDefault(set => set.Name == name) ?? throw new DataException(
            $"expected a data set ({string.Join(", ", sets.Select(set => set.Name))}), "
            + $"got '{name}'{Nearest.Hint(name, sets.Select(set => set.Name))}");
}
