Console.WriteLine("ceteris");
