using Espalier.Lab.Engine;
using Espalier.Lab.Engine.Store;

namespace Espalier.Lab.Stages;

/// <summary>
/// A store may be used with one data folder today and another tomorrow: what is finished is reused, and reported together, only where it
/// was made of the same images.
/// </summary>
public static class SameImages
{
    /// <summary>Data sets that a stage reads: its own and those of its inputs.</summary>
    public static IEnumerable<DataSource> SourcesOf(Stage stage) =>
        stage.Inputs.Append(stage).OfType<INetworkStage>().Select(network => network.Data).Distinct();

    /// <summary>Refuses finished stages that were made of other images than those given now, or than each other.</summary>
    /// <param name="store">Where they are.</param>
    /// <param name="stages">Finished or not.</param>
    /// <param name="digestOf">Digest of a data set as it is given now; null, or none for a data set, where the images are not at
    /// hand.</param>
    /// <exception cref="InputException">They are: the sentence has both digests.</exception>
    public static void Require(ArtefactStore store, IEnumerable<Stage> stages, Func<DataSource, string?>? digestOf = null)
    {
        var first = new Dictionary<string, (string Digest, Stage Stage)>(StringComparer.Ordinal);
        foreach (Stage stage in stages)
        {
            if (store.Find(stage) is not { } manifest)
                continue;
            foreach (DataSource source in SourcesOf(stage))
                if (manifest.Images.TryGetValue(source.ToString(), out string? made) && digestOf?.Invoke(source) is { } now && now != made)
                    throw new InputException(
                        $"The images of {source} given now (digest {Short(now)}) are not those that '{stage.Title}',"
                            + $" finished in the store, was made of (digest {Short(made)}); "
                            + $"give the data folder it was made from with --data, or another store with --store."
                    );
            foreach ((string name, string digest) in manifest.Images)
                if (!first.TryAdd(name, (digest, stage)) && first[name].Digest != digest)
                    throw new InputException(
                        $"The store holds stages made of different images of {name}: '{first[name].Stage.Title}'"
                            + $" of digest {Short(first[name].Digest)}, '{stage.Title}' of digest {Short(digest)}; they do not belong into "
                            + "one table: give each data folder a store of its own with --store."
                    );
        }
    }

    private static string Short(string digest) => digest[..Math.Min(12, digest.Length)];
}
