using Ceteris.Benchmarks;

switch (args)
{
    case ["kernels", .. var only]:
        KernelBenchmark.Run(only);
        return 0;
    default:
        Console.Error.WriteLine("usage: Ceteris.Benchmarks kernels [name part ...]");
        return 2;
}
