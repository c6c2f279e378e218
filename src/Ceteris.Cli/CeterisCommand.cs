namespace Ceteris.Cli;

/// <summary>The <c>ceteris</c> command.</summary>
static class CeterisCommand
{
    static int Main()
    {
        Console.WriteLine("ceteris");
        return 0;
    }
}
