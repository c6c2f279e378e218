using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;

using Ceteris.Data;
using Ceteris.Studies;

namespace Ceteris.Cli;

/// <summary><c>ceteris predict</c></summary>
sealed class PredictCommand
{
    const int MostBars = 5, BarWidth = 32;
    const double LeastBar = 0.001;
    const string Shades = " ░▒▓█";

    readonly Terminal terminal;
    readonly Argument<string> run = SharedOptions.Run();
    readonly Argument<string[]> pictures = new("PICTURE.png")
    {
        HelpName = "PICTURE.png",
        Description = "PNG files of any size and colour; how one is made into an image is said with the answer",
    };

    readonly Option<string> dataFolder = SharedOptions.DataFolder();
    readonly Option<string> weights = SharedOptions.Weights();
    readonly Option<bool> json = SharedOptions.Json("an array with an object for each picture");

    PredictCommand(Terminal terminal, CliCommand command)
    {
        this.terminal = terminal;
        command.Arguments.Add(run);
        command.Arguments.Add(pictures);
        command.Add(CliCommand.RunGroup, weights);
        command.Add(CliCommand.RunGroup, dataFolder);
        command.Add(CliCommand.RunGroup, json);
    }

    sealed record Answer(string File, FittedPicture Picture, int Class, float[] Probabilities);

    public static CliCommand Create(Terminal terminal)
    {
        var command = new CliCommand("predict", "Ask a trained network about pictures.")
        {
            Examples = [("ceteris predict runs/NAME seven.png", "which digit is it?")],
        };
        var predict = new PredictCommand(terminal, command);
        command.Execute = predict.Run;
        return command;
    }

    int Run(ParseResult line)
    {
        RunReader reader = SharedOptions.Open(line.GetValue(run));
        string[] files = line.GetValue(pictures) ?? [];
        if (files.Length == 0)
            throw new UsageException("expected one or more PNG files, got none");
        foreach (string file in files)
            SharedOptions.Expect("expected a PNG file", file);
        IDataset set = DataSets.Find(reader.Recipe.Data.Name);
        using TrainedNetwork network = SharedOptions.Network(
            line, reader, weights, SharedOptions.FoldersOf(line, dataFolder), threads: 1);

        // Of the known grey sets only the clothes fill their images.
        FittedPicture[] fitted = [.. files.Select(
            file => FittedPicture.Of(Png.Read(file), network.Image, isWriting: set.Name != "fashion-mnist"))];
        var images = new ImageSet("pictures", network.Image, set.Classes,
            [.. fitted.SelectMany(picture => picture.Pixels)], new byte[files.Length]);
        Evaluation evaluation = network.Evaluate(images);
        if (evaluation.Predictions is not { } predictions)
            throw new InvalidDataException($"{reader.Folder}: the network's probabilities are NaN");
        int classes = set.Classes.Count;
        Answer[] answers = [.. files.Select((file, i) =>
            new Answer(file, fitted[i], predictions.Predicted.Span[i],
                evaluation.Probabilities.Slice(i * classes, classes).ToArray()))];
        if (line.GetValue(json))
            terminal.Out.Line(Format.Json(new JsonArray([.. answers.Select(answer => Json(answer, set.Classes))])));
        else
            Write(terminal.Out, answers, network.Image, set.Classes);
        return ExitCode.Ok;
    }

    static void Write(Screen screen, Answer[] answers, Kernels.Shape image, IReadOnlyList<string> classes)
    {
        foreach (Answer answer in answers)
        {
            string verdict =
                screen.Bold($"{classes[answer.Class]}  {Format.Percent(answer.Probabilities[answer.Class])}");
            screen.Line($"{answer.File}: {verdict}");
            screen.Paragraph(answer.Picture.Conversion, 2);
            if (answer.Picture.IsBlank)
                screen.Line($"  {screen.Warn("note:")} nothing can be seen on it: what the network says means nothing");
            if (answers.Length == 1 && screen.HasUnicode && image[0] == 1)
                screen.Write(Drawing(answer.Picture.Pixels, image[1], image[2]));
            int width = classes.Max(name => name.Length);
            int shown = 0;
            foreach ((float share, int c) in answer.Probabilities.Select((p, c) => (p, c))
                .OrderByDescending(entry => entry.p))
            {
                if (shown++ >= MostBars || (shown > 1 && share < LeastBar))
                    break;
                string bar = new(screen.Pick("█", "#")[0], (int)Math.Round(share * BarWidth));
                screen.Line($"  {classes[c].PadRight(width)}  {Format.Percent(share),8}  {screen.Accent(bar)}");
            }
        }
    }

    /// <summary>What the network sees, two rows of pixels to a line.</summary>
    static string Drawing(byte[] pixels, int height, int width)
    {
        var text = new StringBuilder();
        for (int y = 0; y + 1 < height; y += 2)
        {
            var line = new char[width];
            for (int x = 0; x < width; x++)
            {
                int mean = (pixels[y * width + x] + pixels[(y + 1) * width + x]) / 2;
                line[x] = Shades[(mean * (Shades.Length - 1) + 127) / 255];
            }
            text.Append("  ").Append(new string(line).TrimEnd()).Append('\n');
        }
        return text.ToString();
    }

    static JsonObject Json(Answer answer, IReadOnlyList<string> classes) => new()
    {
        ["file"] = answer.File,
        ["class"] = answer.Class,
        ["name"] = classes[answer.Class],
        ["probability"] = answer.Probabilities[answer.Class],
        ["probabilities"] = new JsonArray([.. answer.Probabilities.Select(p => JsonValue.Create(p))]),
        ["conversion"] = answer.Picture.Conversion,
        ["blank"] = answer.Picture.IsBlank,
    };
}
