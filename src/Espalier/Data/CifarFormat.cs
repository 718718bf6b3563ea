namespace Espalier.Data;

/// <summary>How one of the two CIFAR sets is laid out in its official binary version.</summary>
public sealed record CifarFormat
{
    private CifarFormat() { }

    /// <summary>Name of the set.</summary>
    public required string Name { get; init; }

    /// <summary>Label bytes before each image's 3072 pixel bytes; the last of them is the label.</summary>
    public required int LabelBytes { get; init; }

    /// <summary>Number of classes.</summary>
    public int ClassCount => DefaultClasses.Count;

    /// <summary>Training files, in order.</summary>
    public required IReadOnlyList<string> TrainFiles { get; init; }

    /// <summary>The test file.</summary>
    public required string TestFile { get; init; }

    /// <summary>Images in each of the official training files.</summary>
    public required int TrainFileImages { get; init; }

    /// <summary>Images in the official test file.</summary>
    public required int TestFileImages { get; init; }

    /// <summary>Text file with one class name a line; it may be missing.</summary>
    public required string ClassFile { get; init; }

    /// <summary>Class names where that file is missing.</summary>
    public required IReadOnlyList<string> DefaultClasses { get; init; }

    /// <summary>Name of the official folder.</summary>
    public required string Folder { get; init; }

    /// <summary>Name of the official archive.</summary>
    public required string Archive { get; init; }

    /// <summary>Bytes of one image with its labels.</summary>
    public int RecordSize => LabelBytes + CifarReader.ImageSize;

    /// <summary>All files that are read, and the one that says that they are not the official ones.</summary>
    public IEnumerable<string> Files => [.. TrainFiles, TestFile, ClassFile, OfficialCounts.SubsetFile];

    /// <summary>CIFAR-10: records of a label and 3072 pixels, five training files.</summary>
    public static CifarFormat Cifar10 { get; } =
        new()
        {
            Name = "cifar10",
            LabelBytes = 1,
            TrainFiles = [.. Enumerable.Range(1, 5).Select(i => $"data_batch_{i}.bin")],
            TrainFileImages = 10_000,
            TestFileImages = 10_000,
            TestFile = "test_batch.bin",
            ClassFile = "batches.meta.txt",
            DefaultClasses = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"],
            Folder = "cifar-10-batches-bin",
            Archive = "cifar-10-binary.tar.gz",
        };

    /// <summary>CIFAR-100: records of a coarse label (not used), a fine label and 3072 pixels.</summary>
    public static CifarFormat Cifar100 { get; } =
        new()
        {
            Name = "cifar100",
            LabelBytes = 2,
            TrainFiles = ["train.bin"],
            TrainFileImages = 50_000,
            TestFileImages = 10_000,
            TestFile = "test.bin",
            ClassFile = "fine_label_names.txt",
            DefaultClasses = [.. Enumerable.Range(0, 100).Select(i => $"class {i}")],
            Folder = "cifar-100-binary",
            Archive = "cifar-100-binary.tar.gz",
        };
}
