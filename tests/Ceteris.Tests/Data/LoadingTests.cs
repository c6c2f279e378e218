using Ceteris.Data;

namespace Ceteris.Tests;

/// <summary>Finding and reading a set in MNIST's layout.</summary>
public sealed class LoadingTests : IDisposable
{
    static readonly ImageSet Images = TestImages.Random(12, [1, 28, 28]);

    readonly TestImages.Folder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("train-images-idx3-ubyte", "t10k-labels-idx1-ubyte")]
    [InlineData("train-images.idx3-ubyte", "t10k-labels.idx1-ubyte")]
    [InlineData("TRAIN-IMAGES.IDX3-UBYTE", "T10K-LABELS-IDX1-UBYTE")]
    [InlineData("Train-Images-idx3-ubyte.GZ", "t10k-labels.idx1-ubyte.gz")]
    public void FindsEveryUsualName(string trainImages, string testLabels)
    {
        Write(folder.Path, "train-images-idx3-ubyte");
        Write(folder.Path, "t10k-labels-idx1-ubyte");
        foreach (string name in new[] { trainImages, testLabels })
        {
            string plain = folder[IdxFolder.FileNames.Single(
                n => name.Replace('.', '-').StartsWith(n, StringComparison.OrdinalIgnoreCase))];
            byte[] bytes = File.ReadAllBytes(plain);
            File.Delete(plain);
            File.WriteAllBytes(
                folder[name], name.EndsWith("gz", StringComparison.OrdinalIgnoreCase) ? IdxTests.Gzip(bytes) : bytes);
        }
        Write(folder.Path, "train-labels-idx1-ubyte");
        Write(folder.Path, "t10k-images-idx3-ubyte");
        Assert.Equal(Images.Sha256, Mnist().Train.Sha256);
        Assert.Equal(Images.Sha256, Mnist().Test.Sha256);
    }

    [Fact]
    public void LooksInTheFoldersInOrder()
    {
        string[] roots = [folder["given"], folder["a"], folder["b"], folder["cache"]];
        var folders = new DataFolders(roots[0], [roots[1], roots[2]], roots[3]);
        var e = Assert.Throws<DataException>(() => DataSets.Find("kmnist").Load(folders));
        Assert.Contains("ceteris data fetch kmnist", e.Message);
        Assert.All(roots, root => Assert.Contains(Path.Combine(root, "kmnist"), e.Message));
        Assert.Contains($"{roots[0]} (--data-dir; no such folder)", e.Message);
        // From the last place to the first: each new one is found instead.
        int labels = 0;
        foreach ((string place, _) in folders.Candidates("kmnist").Reverse())
        {
            Directory.CreateDirectory(place);
            foreach (string name in IdxFolder.FileNames)
                Write(place, name);
            File.WriteAllBytes(
                Path.Combine(place, "train-labels-idx1-ubyte"),
                new IdxArray([12], [.. Enumerable.Repeat((byte)labels, 12)]).ToBytes());
            Assert.Equal(labels, DataSets.Find("kmnist").Load(folders).Train.Label(0));
            labels++;
        }
        Assert.Equal(7, labels);
    }

    [Theory]
    [InlineData("mnist", "MNIST")]
    [InlineData("mnist", "MNIST/raw")]
    [InlineData("kmnist", "KMNIST/raw")]
    [InlineData("fashion-mnist", "FashionMNIST/raw")]
    [InlineData("fashion-mnist", "Fashion-MNIST")]
    [InlineData("fashion-mnist", "fashionmnist")]
    [InlineData("kmnist", "raw")]
    public void FindsTheFolderAsOthersWriteIt(string set, string below)
    {
        string place = folder[below];
        Directory.CreateDirectory(place);
        foreach (string name in IdxFolder.FileNames)
        {
            Write(place, name);
            File.Move(Path.Combine(place, name), Path.Combine(place, name.ToUpperInvariant()));
        }
        DataFolders[] folders = [folder.AsGiven, new(null, [folder.Path], folder["none"])];
        Assert.All(folders, given => Assert.Equal(Images.Sha256, DataSets.Find(set).Load(given).Train.Sha256));
        Assert.All(folders, given => Assert.Equal(place, DataSets.Find(set).FolderIn(given)));
        Assert.NotNull(folders[0].Find($"{set}/TRAIN-IMAGES-IDX3-UBYTE"));
        if (below != "raw")
            Assert.Equal(place, DataSets.Find(set).FolderIn(new(null, [], folder.Path)));
    }

    [Fact]
    public void TheVeryNameOfASetGoesBeforeOthersThatFit()
    {
        string[] names = ["fashion-mnist", "FASHION-MNIST", "FashionMNIST", "fashionmnist"];
        Assert.Equal(
            [folder["fashion-mnist"], folder.Path, Path.Combine(folder["none"], "fashion-mnist")], Candidates());
        foreach (string name in names.Append("mnist"))
            Directory.CreateDirectory(folder[name]);
        Assert.SkipWhen(Directory.GetDirectories(folder.Path).Length < 5, "a file system that ignores case");
        Assert.Equal(names.Select(name => folder[name]), Candidates().SkipLast(2));
        // An empty folder of the very name hides nothing.
        Directory.CreateDirectory(folder["FashionMNIST/raw"]);
        Write(folder["FashionMNIST/raw"], IdxFolder.FileNames[0]);
        Assert.Equal(folder["FashionMNIST/raw"], DataSets.Find("fashion-mnist").FolderIn(folder.AsGiven));
        Write(folder["fashion-mnist"], IdxFolder.FileNames[0]);
        Assert.Equal(folder["fashion-mnist"], DataSets.Find("fashion-mnist").FolderIn(folder.AsGiven));

        IEnumerable<string> Candidates() =>
            new DataFolders(folder.Path, [], folder["none"]).Candidates("fashion-mnist").Select(c => c.Folder);
    }

    [Fact]
    public void NamesTheFilesThatAreMissing()
    {
        Write(folder.Path, "train-images-idx3-ubyte");
        Write(folder.Path, "t10k-images-idx3-ubyte");
        var e = Assert.Throws<DataException>(Mnist);
        Assert.Contains("missing are train-labels-idx1-ubyte, t10k-labels-idx1-ubyte", e.Message);
    }

    [Theory]
    [InlineData("train-labels-idx1-ubyte", new[] { 11 }, "expected labels of the 12 images")]
    [InlineData("train-labels-idx1-ubyte", new[] { 12, 1 }, "byte 3: expected an IDX rank (dimensions) of 1, got 2")]
    [InlineData("t10k-images-idx3-ubyte", new[] { 12, 28, 27 }, "expected images [N, 28, 28]")]
    [InlineData("t10k-images-idx3-ubyte", new[] { 12, 784 }, "byte 3: expected an IDX rank (dimensions) of 3, got 2")]
    public void RefusesPartsThatDoNotFit(string name, int[] shape, string expected)
    {
        WriteAll();
        File.WriteAllBytes(
            folder[name], new IdxArray([.. shape], new byte[shape.Aggregate((a, b) => a * b)]).ToBytes());
        var e = Assert.Throws<DataException>(Mnist);
        Assert.Contains(expected, e.Message);
        Assert.Contains(name, e.Message);
    }

    [Fact]
    public void NamesALabelOutOfRangeAndItsPlace()
    {
        WriteAll();
        byte[] labels = new byte[12];
        labels[7] = 10;
        File.WriteAllBytes(folder["t10k-labels-idx1-ubyte"], new IdxArray([12], labels).ToBytes());
        var e = Assert.Throws<DataException>(Mnist);
        Assert.Equal(15, e.Offset);
        Assert.Contains("expected labels 0 to 9, got 10 for image 7", e.Message);
    }

    [Fact]
    public void SaysWhenMnistIsNotMnist()
    {
        WriteAll();
        var notices = new List<string>();
        DataSets.Find("mnist").Load(folder.AsGiven, notices.Add);
        Assert.Contains("mnist train is not what is published", notices[0]);
    }

    [Fact]
    public void RefusesMnistUnderAnotherName()
    {
        Assert.SkipWhen(TestImages.Mnist() is null, "no MNIST on this machine");
        ImageSplits mnist = TestImages.Mnist()!;
        byte[] pixels = [.. Enumerable.Range(0, mnist.Test.Count).SelectMany(i => mnist.Test.Pixels(i).ToArray())];
        WriteAll();
        File.WriteAllBytes(folder["t10k-images-idx3-ubyte"], new IdxArray([10000, 28, 28], pixels).ToBytes());
        File.WriteAllBytes(folder["t10k-labels-idx1-ubyte"],
            new IdxArray([10000], [.. Enumerable.Range(0, 10000).Select(i => mnist.Test.Label(i))]).ToBytes());
        var e = Assert.Throws<DataException>(() => DataSets.Find("fashion-mnist").Load(folder.AsGiven));
        Assert.Contains("expected fashion-mnist, got the files of mnist", e.Message);
    }

    [Theory]
    [InlineData("mnist_train.csv", "mnist_test.csv")]
    [InlineData("MNIST_TRAIN.CSV", "Mnist_test.csv")]
    public void ReadsCsvToo(string train, string test)
    {
        foreach (string name in new[] { train, test })
            File.WriteAllText(folder[name], CsvTests.Format(Images, header: name == test));
        Assert.Equal(Images.Sha256, Mnist().Train.Sha256);
        Assert.Equal(Images.Sha256, Mnist().Test.Sha256);
        Assert.Equal(folder.Path, DataSets.Find("mnist").FolderIn(folder.AsGiven));
        File.Delete(folder[test]);
        Assert.Contains("expected mnist_test.csv", Assert.Throws<DataException>(Mnist).Message);
    }

    /// <summary>Whoever named a folder is told if the images are those of another one.</summary>
    [Fact]
    public void SaysWhenASetComesFromElsewhereThanNamed()
    {
        string there = folder["there"], cache = folder["cache"], gone = folder["gone"];
        foreach (string place in new[] { there, Path.Combine(cache, "kmnist") })
        {
            Directory.CreateDirectory(place);
            foreach (string name in IdxFolder.FileNames)
                Write(place, name);
        }
        string missing = $"CETERIS_DATA names '{gone}', which does not exist";
        Assert.Empty(Notices(new(there, [gone], cache)));
        Assert.Empty(Notices(new(null, [folder.Path, there], cache)));
        Assert.Empty(Notices(new(null, [], cache)));
        Assert.Equal([missing], Notices(new(null, [gone, there], cache)));
        Assert.Equal([$"kmnist is not in {folder.Path} (--data-dir): taken from {there} (CETERIS_DATA)"],
            Notices(new(folder.Path, [there], cache)));
        Assert.Equal([missing, $"kmnist is not in {gone} (CETERIS_DATA): taken from {cache}/kmnist (cache)"],
            Notices(new(null, [gone], cache)));

        static List<string> Notices(DataFolders folders)
        {
            var notices = new List<string>();
            DataSets.Find("kmnist").Load(folders, notices.Add);
            return [.. notices.Where(notice => !notice.Contains("not what is published", StringComparison.Ordinal))];
        }
    }

    [Fact]
    public void SuggestsANameForAMisspeltOne()
    {
        var e = Assert.Throws<DataException>(() => DataSets.Find("minst"));
        Assert.Contains("digits, mnist, fashion-mnist, kmnist", e.Message);
        Assert.EndsWith("did you mean 'mnist'?", e.Message);
    }

    ImageSplits Mnist() => DataSets.Find("mnist").Load(folder.AsGiven);

    void WriteAll()
    {
        foreach (string name in IdxFolder.FileNames)
            Write(folder.Path, name);
    }

    static void Write(string into, string name)
    {
        byte[] pixels = [.. Enumerable.Range(0, 12).SelectMany(i => Images.Pixels(i).ToArray())];
        byte[] labels = [.. Enumerable.Range(0, 12).Select(i => Images.Label(i))];
        bool images = name.Contains("images", StringComparison.Ordinal);
        IdxArray array = images ? new([12, 28, 28], pixels) : new([12], labels);
        File.WriteAllBytes(Path.Combine(into, name), array.ToBytes());
    }
}
