using Ceteris.Kernels;
using Ceteris.Networks;

namespace Ceteris.Studies;

/// <summary>What the words of a recipe stand for in the engine.</summary>
public static class RecipeClassifier
{
    const string NetworkPrefix = "network.";

    /// <summary>The network of a recipe.</summary>
    /// <exception cref="RecipeException">Its loss is for networks that end in log-softmax, and it does not.</exception>
    public static Layer Network(Recipe recipe, int classes)
    {
        Layer network = Zoo.Create(recipe.Network,
            recipe.Settings.Where(s => s.Key.Name.StartsWith(NetworkPrefix, StringComparison.Ordinal))
                .Select(s => KeyValuePair.Create(s.Key.Name[NetworkPrefix.Length..], s.Value)), classes);
        return recipe["loss"] != "nll" || EndsInLogSoftmax(network) ? network
            : throw new RecipeException("loss", "expected cross_entropy or mse, got 'nll', which is for networks that "
                + $"end in log-softmax: {recipe.Network} does not, and cross_entropy is log-softmax and nll in one");
    }

    /// <summary>A network with the loss, the optimiser and the initial values of a recipe.</summary>
    public static Classifier Of(Recipe recipe, Layer network, Shape image, int classes) => new(network, image, classes)
    {
        Objective = recipe["loss"] switch
        {
            "mse" => new Mse(),
            "nll" => new Nll(),
            _ => new CrossEntropy(recipe.Number("loss.label-smoothing")),
        },
        Optimiser = Optimiser(recipe),
        Clip = (recipe.Number("clip-norm"), recipe.Number("clip-value")) switch
        {
            (0, 0) => null,
            (double norm, 0) => new(Norm: norm),
            (0, double value) => new(Value: value),
            (double norm, double value) => new(norm, value),
        },
        Initialisation = new(Initialiser(recipe["init"]!) ?? Init.Default, Initialiser(recipe["init.bias"]!)),
    };

    /// <summary>The course of the learning rate.</summary>
    public static Schedule Schedule(Recipe recipe) => Networks.Schedule.Parse(recipe["schedule"]!);

    static bool EndsInLogSoftmax(Layer network) => network switch
    {
        Named named => EndsInLogSoftmax(named.Layer),
        Sequential { Layers: [.., Layer last] } => EndsInLogSoftmax(last),
        _ => network.Equals(Activation.LogSoftmax),
    };

    static Init? Initialiser(string text) => text == "default" ? null : Init.Parse(text);

    static Optimiser Optimiser(Recipe recipe)
    {
        double decay = recipe.Number("optimizer.weight-decay");
        return recipe["optimizer"] switch
        {
            "adam" => new Adam(recipe.Number("optimizer.beta1"), recipe.Number("optimizer.beta2"),
                recipe.Number("optimizer.eps"), decay),
            "adamw" => new AdamW(recipe.Number("optimizer.beta1"), recipe.Number("optimizer.beta2"),
                recipe.Number("optimizer.eps"), decay),
            "rmsprop" => new RmsProp(recipe.Number("optimizer.alpha"), recipe.Number("optimizer.momentum"),
                recipe.Flag("optimizer.centered"), recipe.Number("optimizer.eps"), decay),
            "adagrad" => new Adagrad(recipe.Number("optimizer.eps"), decay),
            _ => new Sgd(recipe.Number("optimizer.momentum"), decay, recipe.Flag("optimizer.nesterov")),
        };
    }
}
