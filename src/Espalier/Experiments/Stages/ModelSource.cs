using System.Text.Json.Serialization;
using Espalier.Data;
using Espalier.Networks;

namespace Espalier.Experiments.Stages;

/// <summary>A network under the name a grid gives it; its hash is that of the graph, whatever the name.</summary>
public sealed record ModelSource
{
    /// <summary>Builds the named network for a data set.</summary>
    /// <exception cref="InputException">Unknown name or option.</exception>
    public ModelSource(string name, DataSetFacts facts)
    {
        Name = name;
        Network = Models.Build(name, facts.ImageShape, facts.Classes);
        Fingerprint = Network.Fingerprint;
    }

    /// <summary>As <see cref="Models.Build"/> takes it.</summary>
    [JsonIgnore]
    public string Name { get; }

    /// <summary>The graph.</summary>
    [JsonIgnore]
    public Network Network { get; }

    /// <summary>Hash of the graph.</summary>
    public string Fingerprint { get; }

    /// <summary>Operations of one pass forward and back over one image: 3 times 2 a multiply-accumulate.</summary>
    [JsonIgnore]
    public double FlopsPerImage => 6.0 * Network.MultiplyAccumulates();

    /// <summary>Bytes of a file of its weights.</summary>
    [JsonIgnore]
    public long Bytes => 4 * (Network.Parameters.Sum(p => (long)p.Count) + Network.Buffers.Sum(p => (long)p.Count));
}
