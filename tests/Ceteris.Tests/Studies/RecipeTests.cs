using System.Text.Json.Nodes;

using Ceteris.Data;
using Ceteris.Networks;
using Ceteris.Studies;

namespace Ceteris.Tests;

public sealed class RecipeTests
{
    [Fact]
    public void DefaultsAreThoseOfArticle1()
    {
        Recipe recipe = Recipe.Default;
        Assert.Equal(("base", new DataSpec("digits", Subset.First(10_000)), 64, 20, 0.01),
            (recipe.Network, recipe.Data, recipe.Batch, recipe.Epochs, recipe.LearningRate));
        Assert.Equal("sgd", recipe["optimizer"]);
        Assert.Equal(0.5, recipe.Number("optimizer.momentum"));
        Assert.Equal(Preprocessing.Standardize, recipe.Preprocessing);
        Assert.Equal("", recipe.ToString());
    }

    [Fact]
    public void EveryKeyHasACanonicalDefaultThatIsAccepted()
    {
        foreach (Recipe recipe in Zoo.Networks.Select(network => Recipe.Of(("network", network.Name))))
        {
            foreach ((RecipeKey key, string value) in recipe.Settings.Where(setting => setting.Key.Name != "network"))
                Assert.Equal((value, value), (key.Default(recipe), key.Read(value)));
            Assert.Equal(recipe, Recipe.FromJson(recipe.ToJson()));
            Assert.NotNull(RecipeClassifier.Network(recipe, 10));
        }
        Assert.Equal(RecipeKeys.All.Count, RecipeKeys.All.Select(key => key.Name).Distinct().Count());
        string[] options = [.. RecipeKeys.All.Select(key => key.Option).OfType<string>()];
        Assert.Equal(options.Length, options.Distinct().Count());
    }

    [Fact]
    public void DefaultsFollowWhatIsChosen()
    {
        Recipe adam = Recipe.Of(("optimizer.beta1", "0.8"), ("optimizer", "adam"));
        Assert.Equal(0.001, adam.LearningRate);
        Assert.Equal(0.8, adam.Number("optimizer.beta1"));
        Assert.Null(adam["optimizer.momentum"]);
        Assert.Equal("sigmoid", Recipe.Of(("network", "mlp"))["network.activation"]);
        Assert.Equal("mnist", Recipe.Of(("data", "mnist:500")).TestData);
        Recipe rms = Recipe.Of(("optimizer", "rmsprop"), ("optimizer.eps", "1e-9"));
        Assert.Equal((0.01, 1e-9), (rms.LearningRate, rms.Number("optimizer.eps")));
        Recipe adamW = rms.With(("optimizer", "adamw"));
        Assert.Equal((0.001, 0.01, 1e-9),
            (adamW.LearningRate, adamW.Number("optimizer.weight-decay"), adamW.Number("optimizer.eps")));
    }

    [Theory]
    [InlineData("epoch", "3", "epoch: unknown key; did you mean 'epochs'?")]
    [InlineData("optimizer.momentom", "3", "did you mean 'optimizer.momentum'?")]
    [InlineData("momentum", "0.9", "did you mean 'optimizer.momentum'?")]
    [InlineData("epochs", "ten", "epochs: expected a whole number from 1 to 1000000000, got 'ten'")]
    [InlineData("epochs", "0", "got '0'")]
    [InlineData("lr", "-1", "lr: expected a number from 0, got '-1'")]
    [InlineData("lr", "NaN", "got 'NaN'")]
    [InlineData("lr", "1e999", "got '1e999'")]
    [InlineData("lr", "0,1", "got '0,1'")]
    [InlineData("batch", "half", "batch: expected a whole number from 1 to 1000000000, or full, got 'half'")]
    [InlineData("network", "bas", "expected one of base, base-bn, ")]
    [InlineData("network", "lenett", "did you mean 'lenet'?")]
    [InlineData("data", "mnist:9..3", "data: expected")]
    [InlineData("test-data", "mnist:10", "without a range")]
    [InlineData("optimizer.beta1", "0.9", "optimizer.beta1: has a meaning only when optimizer is adam or adamw")]
    [InlineData("init", "nromal(0,1)", "did you mean 'normal'?")]
    [InlineData("schedule", "step(0)", "expected a whole number of epochs from 1 on for step")]
    [InlineData("optimizer.nesterov", "true", "optimizer.nesterov: expected a momentum above 0 to look ahead with",
        "optimizer.momentum", "0")]
    [InlineData("loss.label-smoothing", "1", "expected a number from 0 below 1, got '1'")]
    [InlineData("data", "MNIST:100", "; names are lower case: did you mean 'mnist:100'?")]
    [InlineData("network.hidden", "", "expected one whole number or more, each from 1 to 65536, joined by commas", "network",
        "mlp")]
    [InlineData("network.width", "2", "network.width: has a meaning only when network is sk")]
    [InlineData("seed", "18446744073709551616", "expected a whole number from 0")]
    public void BadSettingsAreRefusedWithWhatWasExpected(
        string key, string value, string message, string? otherKey = null, string? otherValue = null)
    {
        (string, string)[] others = otherKey is null ? [] : [(otherKey, otherValue!)];
        var refusal = Assert.Throws<RecipeException>(() => Recipe.Of([.. others, (key, value)]));
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AKeyTwiceIsRefused() =>
        Assert.Throws<RecipeException>(() => Recipe.Of(("epochs", "3"), ("epochs", "4")));

    [Theory]
    [InlineData("network", "sk", "network.width", "0.20")]
    [InlineData("network", "mlp", "network.hidden", " 8,08,5 ")]
    [InlineData("data", "mnist:0..500", "batch", "full")]
    [InlineData("seed", "18446744073709551615", "optimizer.nesterov", "yes")]
    [InlineData("lr", "0.1e0", "clip-norm", "5")]
    [InlineData("init", "normal(-0.010, 1e-1)", "schedule", "warmup(2)+cosine")]
    public void JsonKeepsARecipe(string key1, string value1, string key2, string value2)
    {
        Recipe recipe = Recipe.Of((key1, value1), (key2, value2));
        JsonNode json = CanonicalJson.Parse(CanonicalJson.Bytes(recipe.ToJson()), "recipe");
        Recipe again = Recipe.FromJson((JsonObject)json);
        Assert.Equal(recipe, again);
        Assert.Equal(recipe.Sha256, again.Sha256);
        Assert.NotEqual(recipe, Recipe.Default);
        Assert.NotEqual(recipe.Sha256, Recipe.Default.Sha256);

        Recipe fromText = Recipe.Of(recipe.ToString().Split(' ').Select(s => s.Split('=', 2))
            .Select(s => (s[0], s[1])));
        Assert.Equal(recipe, fromText);
    }

    /// <summary>Whoever changes a default or the canonical form changes the names of all runs.</summary>
    [Fact]
    public void TheHashOfTheDefaultRecipeIsKnown() =>
        Assert.Equal("56b4b4cc15dd7d0ac44c0de1062e43b81b2fc821ce33f132e9fb42cce0a027d2", Recipe.Default.Sha256);

    [Fact]
    public void WaysOfWritingAValueAreOneValue()
    {
        Assert.Equal(Recipe.Of(("lr", "0.010"), ("data", "digits:0..10000")), Recipe.Default);
        Assert.Equal(Recipe.Of(("lr", "1e-2"), ("batch", "064")).Sha256, Recipe.Default.Sha256);
        Assert.Equal(Recipe.Of(("schedule", "step(2)")).Sha256, Recipe.Of(("schedule", "step(2,0.1)")).Sha256);
        Assert.Equal(Recipe.Of(("init", "xavier_normal")).Sha256, Recipe.Of(("init", "xavier_normal(1)")).Sha256);
    }

    [Fact]
    public void ANetworkMayBeSpelledWithItsOptions()
    {
        Assert.Equal(Recipe.Of(("network", "sk"), ("network.width", "0.2"), ("network.activation", "sigmoid")),
            Recipe.Of(("network", "sk-0.20-sigmoid")));
        Assert.Throws<RecipeException>(() => Recipe.Of(("network", "sk-0.2"), ("network.width", "0.5")));
        Assert.Throws<RecipeException>(() => Recipe.Of(("network", "sk-0.2-furry")));
    }

    [Theory]
    [InlineData("""{ "epochs": "3" }""", "epochs: expected a whole number")]
    [InlineData("""{ "lr": true }""", "lr: expected a number")]
    [InlineData("""{ "optimizer.nesterov": 1 }""", "expected true or false, got 1")]
    [InlineData("""{ "epochs": 3.5 }""", "got '3.5'")]
    [InlineData("""{ "network": null }""", "got null")]
    [InlineData("""{ "netwerk": "base" }""", "did you mean 'network'?")]
    public void BadJsonIsRefused(string json, string message)
    {
        var refusal = Assert.Throws<RecipeException>(() => Recipe.FromJson((JsonObject)JsonNode.Parse(json)!));
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
    }
}
