// A study in C#: the question of studies/batch-norm.yaml on 1,000 images, with the answer on the screen and the report
// in the store. Run it with
//   dotnet run -c Release --project samples/BatchNormStudy [STORE] [BLOCKS]
using System.Globalization;

using Ceteris.Data;
using Ceteris.Studies;

string root = args.Length > 0 ? args[0] : RunStore.DefaultRoot;
int blocks = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 5;

var study = new Study
{
    Name = "sample",
    Question = "Does batch norm help BASE when there are few images?",
    BaselineName = "BASE",
    Baseline = [("network", "base"), ("data", "digits:1000"), ("epochs", "3")],
    Factors = [StudyFactor.OnOff("batch norm", ("network", "base-bn"))],
    Seeds = Study.FirstSeeds(blocks),
    SuggestsMargin = true,
};

using RunStore store = RunStore.Open(root);
var data = new StudyData(DataFolders.OfUser());
StudyOutcome outcome = StudyRunner.Run(study, store, data, new() { Observer = new Lines() });
StudyAnalysis analysis = StudyAnalysis.Of(outcome);
Console.WriteLine(analysis.Verdict);

StudyFolder folder = StudyFolder.Of(store, study.Name);
folder.Write(study);
folder.Write(StudyReport.Files(analysis, data.Test(study.Arms[0].Recipe)));
Console.WriteLine(Path.Combine(folder.Location, "report.html"));

/// <summary>A line for each run that ends.</summary>
sealed class Lines : IStudyObserver
{
    public void Ended(StudyTask task, BlockOutcome outcome, bool wasThere) =>
        Console.WriteLine(outcome.Missing is { } missing ? $"{task}: {missing}"
            : $"{task}: {outcome.Run!.Result!.Test.Correct} of {outcome.Run.Result.Test.Total}");
}
