using Espalier.Lab.Engine;
using Espalier.Lab.Engine.Store;

namespace Espalier.Lab.Tests.Support;

/// <summary>Stores into which toy stages are committed without being done.</summary>
internal static class ToyStore
{
    /// <summary>Who did them, as artefacts say.</summary>
    public static Provenance Somebody { get; } =
        new("1", "2", "3", "4", "5", "cpu", 1, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddSeconds(1), 1);

    /// <summary>A store, or the one that is there, opened anew.</summary>
    public static ArtefactStore At(string folder)
    {
        var store = new ArtefactStore(folder);
        store.Prepare();
        return store;
    }

    /// <summary>Commits a stage.</summary>
    /// <param name="store">Where.</param>
    /// <param name="stage">The stage.</param>
    /// <param name="content">Of its one file.</param>
    /// <param name="digest">Of the images that it was done on; null for none.</param>
    public static void Commit(ArtefactStore store, FakeStage stage, string content, string? digest = null)
    {
        Directory.CreateDirectory(store.WorkFolder(stage));
        File.WriteAllText(Path.Combine(store.WorkFolder(stage), FakeStage.FileName), content);
        var images = new Dictionary<string, string>();
        if (digest is not null)
            images["some"] = digest;
        store.Commit(stage, new StageResult(new Dictionary<string, double> { ["answer"] = 3 }), images, Somebody);
    }
}
