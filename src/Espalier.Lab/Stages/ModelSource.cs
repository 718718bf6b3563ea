using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Espalier.Data;
using Espalier.Networks;

namespace Espalier.Lab.Stages;

/// <summary>A network under the name a grid gives it; its hash is that of the graph, whatever the name.</summary>
public sealed record ModelSource
{
    /// <summary>Builds the named network for a data set.</summary>
    /// <param name="name">The name.</param>
    /// <param name="facts">The data set.</param>
    /// <param name="described">Networks described by the grid itself, by name; they go before all others.</param>
    /// <exception cref="InputException">Unknown name or option.</exception>
    public ModelSource(string name, DataSetFacts facts, IReadOnlyDictionary<string, JsonObject>? described = null)
    {
        Name = name;
        JsonObject? own = null;
        bool isDescribed = described?.TryGetValue(name, out own) == true;
        Network = isDescribed
            ? Models.Described(own!.ToJsonString(), $"The network '{name}' of the grid", facts.ImageShape, facts.Classes)
            : Models.Build(name, facts.ImageShape, facts.Classes);
        IsFile = !isDescribed && Models.IsFile(name);
        Title = IsFile ? TitleOfFile(Network.Name) : name;
        Fingerprint = Network.Fingerprint;
    }

    /// <summary>Builds all networks of a grid; those of files that would share a title are numbered.</summary>
    /// <exception cref="InputException">Unknown name or option.</exception>
    public static IReadOnlyList<ModelSource> All(
        IReadOnlyList<string> names,
        DataSetFacts facts,
        IReadOnlyDictionary<string, JsonObject>? described = null
    )
    {
        ModelSource[] models = [.. names.Select(name => new ModelSource(name, facts, described))];
        var taken = new HashSet<string>(models.Where(model => !model.IsFile).Select(model => model.Name), StringComparer.Ordinal);
        var all = new List<ModelSource>();
        foreach (ModelSource model in models)
        {
            string title = model.Title;
            for (int i = 2; model.IsFile && !taken.Add(title); i++)
                title = string.Create(CultureInfo.InvariantCulture, $"{model.Title} ({i})");
            all.Add(model with { Title = title });
        }
        return all;
    }

    /// <summary>Whether it was read from a file that the grid names.</summary>
    [JsonIgnore]
    public bool IsFile { get; }

    /// <summary>As <see cref="Models.Build"/> takes it.</summary>
    [JsonIgnore]
    public string Name { get; }

    /// <summary>
    /// As reports call it: a built-in network by its description, one from a file by the name in the file, wherever that lies.
    /// </summary>
    [JsonIgnore]
    public string Title { get; private init; }

    /// <summary>A file may call itself what a built-in network is called; it is not compared with that one's numbers.</summary>
    private static string TitleOfFile(string name) =>
        string.IsNullOrWhiteSpace(name) ? "network"
        : Models.IsBuiltIn(name) ? $"{name} (file)"
        : name;

    /// <summary>The graph.</summary>
    [JsonIgnore]
    public Network Network { get; }

    /// <summary>Hash of the graph.</summary>
    public string Fingerprint { get; }

    /// <summary>Operations of one pass forward and back over one image.</summary>
    [JsonIgnore]
    public double FlopsPerImage => Network.TrainingOperations();

    /// <summary>Bytes of a file of its weights.</summary>
    [JsonIgnore]
    public long Bytes => 4 * (Network.Parameters.Sum(p => (long)p.Count) + Network.Buffers.Sum(p => (long)p.Count));
}
