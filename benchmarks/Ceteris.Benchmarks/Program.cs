using Ceteris.Benchmarks;

switch (args)
{
    case ["kernels", .. var only]:
        KernelBenchmark.Run(only);
        return 0;
    case ["compare-pytorch", .. var options]:
        return CompareCommand.Run(options);
    default:
        Console.Error.WriteLine("usage: Ceteris.Benchmarks kernels [name part ...]");
        Console.Error.WriteLine("       Ceteris.Benchmarks compare-pytorch [--help | options]");
        return 2;
}
