using System.Text.Json.Nodes;

namespace Ceteris.Studies;

/// <summary>What is measured of a layer; see <see cref="Networks.Classifier.Probe"/>.</summary>
public enum LayerQuantity
{
    /// <summary>√Σ (∂loss/∂w)² over the weights of a linear or convolutional layer.</summary>
    GradientNorm,

    /// <summary>Share of an activation's outputs at which its slope is below a tenth of the steepest.</summary>
    Saturated,
}

/// <summary>
/// What goes on in a layer before the first and after the last step of a run, over its first training images
/// (<see cref="LayerProbe.MostImages"/>).
/// </summary>
/// <param name="Layer">Its path: <c>fc1</c>.</param>
/// <param name="Quantity">What is measured.</param>
/// <param name="Start">With the initial weights.</param>
/// <param name="End">With the final weights.</param>
public sealed record LayerRecord(string Layer, LayerQuantity Quantity, double Start, double End)
{
    internal JsonObject ToJson() => new()
    {
        ["layer"] = Layer,
        ["quantity"] = Quantity.ToString(),
        ["start"] = CanonicalJson.Number(Start),
        ["end"] = CanonicalJson.Number(End),
    };

    internal static LayerRecord FromJson(JsonFields fields)
    {
        var record = new LayerRecord(
            fields.String("layer"),
            Enum.TryParse(fields.String("quantity"), out LayerQuantity quantity) && Enum.IsDefined(quantity)
                ? quantity : throw fields.Wrong("quantity", string.Join(" or ", Enum.GetNames<LayerQuantity>())),
            fields.Number("start"), fields.Number("end"));
        fields.End();
        return record;
    }
}
