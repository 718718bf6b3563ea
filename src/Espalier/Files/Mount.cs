namespace Espalier.Files;

/// <summary>The file system that a folder is on.</summary>
/// <param name="Type">Such as <c>ext4</c>, <c>nfs4</c>; empty where it is not known.</param>
internal sealed record Mount(string Type)
{
    private const string Table = "/proc/self/mountinfo";
    private static readonly HashSet<string> SharedTypes =
    [
        "nfs",
        "nfs4",
        "lustre",
        "gpfs",
        "beegfs",
        "ceph",
        "cifs",
        "smb3",
        "9p",
        "afs",
        "panfs",
        "wekafs",
        "orangefs",
        "pvfs2",
        "gfs2",
        "ocfs2",
        "glusterfs",
    ];

    /// <summary>
    /// Whether other machines may use it too. Its locks may hold for all of them; but a server forgets those of a machine that it has not
    /// heard of for a while, and does not tell it.
    /// </summary>
    public bool IsShared =>
        SharedTypes.Contains(Type)
        || (Type == "fuse" || Type.StartsWith("fuse.", StringComparison.Ordinal)) && Type != "fuse.fuse-overlayfs";

    /// <summary>Looks a folder up.</summary>
    public static Mount Of(string folder)
    {
        try
        {
            return File.Exists(Table) ? Of(folder, File.ReadLines(Table)) : new Mount("");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return new Mount("");
        }
    }

    /// <summary>Looks a folder up in the kernel's table.</summary>
    internal static Mount Of(string folder, IEnumerable<string> table)
    {
        (int Length, Mount Mount) best = (-1, new Mount(""));
        foreach (string line in table)
        {
            // 36 35 98:0 /part /mount/point rw,noatime master:1 - ext3 /dev/root rw,errors=continue
            string[] sides = line.Split(" - ", 2),
                left = sides[0].Split(' ');
            string[] right = sides.Length == 2 ? sides[1].Split(' ') : [];
            if (left.Length < 6 || right.Length < 3)
                continue;
            string point = left[4].Replace("\\040", " ", StringComparison.Ordinal);
            if (point.Length >= best.Length && IsBelow(folder, point))
                best = (point.Length, new Mount(right[0]));
        }
        return best.Mount;
    }

    private static bool IsBelow(string folder, string point) =>
        folder == point || folder.StartsWith(point.EndsWith('/') ? point : point + "/", StringComparison.Ordinal);
}
