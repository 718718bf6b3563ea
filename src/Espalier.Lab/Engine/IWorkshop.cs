using Espalier.Lab.Engine.Store;
using Espalier.Runtime.Gpu;

namespace Espalier.Lab.Engine;

/// <summary>What stages work with beside the artefacts of others, opened once for all that a worker runs.</summary>
public interface IWorkshop
{
    /// <summary>Where stages compute, for manifests: <c>cpu</c>, <c>cuda:0</c>.</summary>
    string Device { get; }

    /// <summary>The GPU that stages compute on, for manifests; null on the CPU.</summary>
    GpuFacts? Gpu => null;

    /// <summary>How many ranks do a stage together, for manifests: 1 where it is one process alone.</summary>
    int RanksOf(Stage stage) => 1;

    /// <summary>Whether nothing more can be done in this process.</summary>
    bool IsSpent => false;

    /// <summary>Digests of what a stage and its inputs read from outside the store, by name.</summary>
    /// <exception cref="InputException">It is missing or damaged.</exception>
    IReadOnlyDictionary<string, string> DigestsOf(Stage stage);

    /// <summary>Refuses finished stages that were made of other things than are at hand now, or than each other.</summary>
    /// <exception cref="InputException">They are.</exception>
    void MustBeOfTheSame(ArtefactStore store, IEnumerable<Stage> stages);
}
