using System.Formats.Tar;
using Espalier.Data;
using Espalier.Tests.Support;

namespace Espalier.Tests.Data;

/// <summary>Puts files of CIFAR where the reader is to find them.</summary>
internal static class CifarFiles
{
    /// <summary>Black images of class 0: files with holes, which take no space.</summary>
    public static void WriteBlank(TempFolder folder, CifarFormat format, string other, int images)
    {
        foreach (string file in format.TrainFiles.Append(format.TestFile))
        {
            using FileStream stream = File.Create(folder[file]);
            stream.SetLength(
                (long)format.RecordSize
                    * (
                        file == other ? images
                        : file == format.TestFile ? format.TestFileImages
                        : format.TrainFileImages
                    )
            );
        }
    }

    /// <summary>The format of a data set.</summary>
    public static CifarFormat Format(string name) => name == "cifar10" ? CifarFormat.Cifar10 : CifarFormat.Cifar100;

    /// <summary>Writes a set in a layout; gives what a user would name.</summary>
    public static string Write(TempFolder folder, CifarFormat format, Dictionary<string, byte[]> files, string layout)
    {
        if (layout is "folder" or "parent")
        {
            foreach ((string file, byte[] bytes) in files)
                folder.Write($"{format.Folder}/{file}", bytes);
            return layout == "folder" ? folder[format.Folder] : folder.Path;
        }
        TarEntryFormat kind =
            layout.EndsWith("GNU", StringComparison.Ordinal) ? TarEntryFormat.Gnu
            : layout.EndsWith("PAX", StringComparison.Ordinal) ? TarEntryFormat.Pax
            : TarEntryFormat.Ustar;
        // The official archive is not in the order of the numbers either.
        byte[] tar = Samples.Tar(files.Reverse(), format.Folder, kind);
        string archive = folder.Write(format.Archive, layout == "archive, plain tar" ? tar : Samples.Gzip(tar));
        return layout == "folder of archive" ? folder.Path : archive;
    }
}
