using System.Globalization;

namespace Espalier.Files;

/// <summary>Finds the tensors in a pickle's value and gives them flat names.</summary>
internal sealed class TorchStateDict
{
    private const int Deepest = 64, LongestName = 4096;
    private const string ParallelPrefix = "module.";

    // What training scripts commonly call the network's part of a checkpoint, the more specific first.
    private static readonly string[] Wrappers = ["state_dict", "model_state_dict", "model", "net", "network"];

    private readonly List<KeyValuePair<string, TorchView>> _found = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly string _path;
    private long _budget;

    private TorchStateDict(string path, long budget) => (_path, _budget) = (path, budget);

    /// <summary>Names and views in the file's order, and the wrapper they were under, if any.</summary>
    /// <param name="root">The pickle's value.</param>
    /// <param name="budget">The most values to visit: a value that holds itself, or shares its parts, could otherwise unfold without end.</param>
    /// <param name="path">What messages call the file.</param>
    public static (List<KeyValuePair<string, TorchView>> Views, string? Wrapper) Flatten(object? root, long budget, string path)
    {
        if (root is TorchView) throw new InputException($"'{path}' holds a single tensor, expected a state dict.");
        if (root is not PickleDictionary dictionary) throw new InputException($"'{path}' holds no dictionary, expected a state dict.");
        string? wrapper = null;
        if (!dictionary.Pairs.Exists(pair => pair.Value is TorchView))
        {
            wrapper = Array.Find(Wrappers, name => dictionary.Pairs.Exists(pair => name.Equals(pair.Key) && pair.Value is PickleDictionary));
            if (wrapper != null) dictionary = (PickleDictionary)dictionary.Pairs.FindLast(pair => wrapper.Equals(pair.Key) && pair.Value is PickleDictionary).Value!;
        }
        TorchStateDict names = new(path, budget);
        names.Visit(dictionary, "", 0);
        if (names._found.Count == 0) throw new InputException($"'{path}' holds no tensors, expected a state dict.");
        return (WithoutPrefix(names._found), wrapper);
    }

    private void Visit(object? value, string name, int depth)
    {
        // Long names are charged by their length, so that copying prefixes stays in proportion too.
        _budget -= 1 + name.Length / 64;
        if (depth > Deepest || _budget < 0)
            throw new InputException($"'{_path}' is damaged or no state dict: its dictionaries are nested too deep or hold themselves.");
        if (value is TorchView view)
        {
            if (name.Length > LongestName || !_names.Add(name))
                throw new InputException($"'{_path}' is damaged: the tensor name '{FileFaults.Shorten(name)}' occurs twice or is too long.");
            _found.Add(new(name, view));
        }
        else if (value is PickleDictionary dictionary)
        {
            foreach ((object? key, object? item) in dictionary.Pairs) Descend(item, name, key, depth);
        }
        else if (value is PickleList list)
        {
            for (int i = 0; i < list.Items.Count; i++) Descend(list.Items[i], name, (long)i, depth);
        }
        else if (value is PickleTuple tuple)
        {
            for (int i = 0; i < tuple.Items.Length; i++) Descend(tuple.Items[i], name, (long)i, depth);
        }
    }

    private void Descend(object? item, string prefix, object? key, int depth)
    {
        _budget--;
        if (item is not (TorchView or PickleDictionary or PickleList or PickleTuple)) return;
        string? part = key is long number ? number.ToString(CultureInfo.InvariantCulture) : key as string;
        if (part == null) throw new InputException($"'{_path}' is damaged or no state dict: a name is neither text nor a whole number.");
        if (prefix.Length + part.Length > LongestName)
            throw new InputException($"'{_path}' is damaged: the tensor name '{FileFaults.Shorten(part)}' is too long.");
        Visit(item, prefix.Length == 0 ? part : $"{prefix}.{part}", depth + 1);
    }

    // torch.nn.DataParallel puts "module." before every name.
    private static List<KeyValuePair<string, TorchView>> WithoutPrefix(List<KeyValuePair<string, TorchView>> views) =>
        views.TrueForAll(view => view.Key.Length > ParallelPrefix.Length && view.Key.StartsWith(ParallelPrefix, StringComparison.Ordinal))
            ? views.ConvertAll(view => new KeyValuePair<string, TorchView>(view.Key[ParallelPrefix.Length..], view.Value))
            : views;
}
