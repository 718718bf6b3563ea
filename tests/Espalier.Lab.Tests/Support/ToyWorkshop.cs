using Espalier.Lab.Engine;
using Espalier.Lab.Engine.Store;

namespace Espalier.Lab.Tests.Support;

/// <summary>A workshop without anything in it: toy stages need none.</summary>
internal sealed class ToyWorkshop : IWorkshop
{
    public string Device => "cpu";

    public IReadOnlyDictionary<string, string> DigestsOf(Stage stage) => new Dictionary<string, string>();

    public void MustBeOfTheSame(ArtefactStore store, IEnumerable<Stage> stages) { }
}
