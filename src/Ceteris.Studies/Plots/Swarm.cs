namespace Ceteris.Studies;

/// <summary>Moves dots aside that would lie on each other; the same for the same values.</summary>
static class Swarm
{
    /// <summary>
    /// For each place an offset across, 0 where there is room: the least of 0, 1, −1, 2, −2, … steps at which a dot
    /// touches none before it, in rising order of the places.
    /// </summary>
    /// <param name="places">In pixels along the axis.</param>
    /// <param name="diameter">Of a dot.</param>
    /// <param name="most">Dots are not moved further than this.</param>
    public static double[] Offsets(IReadOnlyList<double> places, double diameter, double most)
    {
        double[] offsets = new double[places.Count];
        var placed = new List<int>();
        foreach (int i in Enumerable.Range(0, places.Count).OrderBy(i => places[i]).ThenBy(i => i))
        {
            const int Steps = 60;
            double step = diameter / 4;
            offsets[i] = Enumerable.Range(0, Steps).Select(k => (k % 2 == 0 ? -1 : 1) * ((k + 1) / 2) * step)
                .Where(offset => Math.Abs(offset) <= most)
                .Cast<double?>().FirstOrDefault(offset => placed.All(j => IsFree(j, offset!.Value))) ?? 0;
            placed.Add(i);

            bool IsFree(int j, double offset)
            {
                double along = places[j] - places[i], across = offsets[j] - offset;
                return along * along + across * across >= 0.8 * diameter * diameter;
            }
        }
        return offsets;
    }
}
