namespace Ceteris.Data;

/// <summary>
/// A font of 5×7 dots for captions: digits, capital letters (small ones are shown as such) and some signs.
/// </summary>
static class Glyphs
{
    public const int Width = 5, Height = 7;

    // Seven rows of each sign, one digit in base 32 each: the leftmost dot is worth 16.
    const string Table = """
        0 EHJLPHE
        1 4C4444E
        2 EH1248V
        3 EH161HE
        4 26AIV22
        5 VGU11HE
        6 68GUHHE
        7 V124888
        8 EHHEHHE
        9 EHHF12C
        A EHHVHHH
        B UHHUHHU
        C EHGGGHE
        D SIHHHIS
        E VGGUGGV
        F VGGUGGG
        G EHGNHHF
        H HHHVHHH
        I E44444E
        J 72222IC
        K HIKOKIH
        L GGGGGGV
        M HRLLHHH
        N HHPLJHH
        O EHHHHHE
        P UHHUGGG
        Q EHHHLID
        R UHHUKIH
        S FGGE11U
        T V444444
        U HHHHHHE
        V HHHHHA4
        W HHHLLLA
        X HHA4AHH
        Y HHHA444
        Z V1248GV
        . 00000CC
        , 0000C48
        : 0CC0CC0
        - 000V000
        + 044V440
        = 00V0V00
        / 0112480
        % OP248J3
        ( 2488842
        ) 8422248
        _ 000000V
        ! 4444404
        ? EH12404
        > 8421248
        < 2484842
        → 042V240
        # AAVAVAA
        * 04LEL40
        ' 4480000
        """;

    static readonly Dictionary<char, byte[]> Rows = Parse();

    /// <summary>Width of a text in dots.</summary>
    public static int WidthOf(string text) => Math.Max(0, text.Length * (Width + 1) - 1);

    /// <summary>
    /// Draws a text in one colour; its top left dot at (x, y), each dot a square of <paramref name="zoom"/> pixels.
    /// </summary>
    public static void Draw(Picture picture, string text, int x, int y, int zoom, ReadOnlySpan<byte> colour)
    {
        foreach (char sign in text)
        {
            byte[] rows = Rows.GetValueOrDefault(char.ToUpperInvariant(sign)) ?? (sign == ' ' ? [] : Rows['?']);
            for (int row = 0; row < rows.Length; row++)
            {
                for (int column = 0; column < Width; column++)
                {
                    if ((rows[row] >> (Width - 1 - column) & 1) != 0)
                        Fill(picture, x + column * zoom, y + row * zoom, zoom, zoom, colour);
                }
            }
            x += (Width + 1) * zoom;
        }
    }

    /// <summary>A rectangle in one colour, cut to the picture.</summary>
    public static void Fill(Picture picture, int x, int y, int width, int height, ReadOnlySpan<byte> colour)
    {
        for (int j = Math.Max(0, y); j < Math.Min(picture.Height, y + height); j++)
        {
            for (int i = Math.Max(0, x); i < Math.Min(picture.Width, x + width); i++)
                colour.CopyTo(picture[i, j]);
        }
    }

    static byte ValueOf(char digit) => (byte)(digit <= '9' ? digit - '0' : digit - 'A' + 10);

    static Dictionary<char, byte[]> Parse()
    {
        var rows = new Dictionary<char, byte[]>();
        foreach (string line in Table.Split('\n'))
            rows.Add(line[0], [.. line[2..].Select(ValueOf)]);
        return rows;
    }
}
