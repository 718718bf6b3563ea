using System.Globalization;

namespace Espalier.Files;

/// <summary>What a pickle's value holds under flat names.</summary>
/// <param name="Views">The tensors, in the file's order.</param>
/// <param name="Unread">Python objects beside them, the class of each by its name.</param>
/// <param name="Wrapper">The keys that the tensors were under, joined with dots; null where the state dict was the whole value.</param>
/// <param name="Beside">Keys beside the wrapper under which tensors lie too, such as those of averaged weights; they are not read.</param>
internal sealed record FlatDict(
    IReadOnlyList<KeyValuePair<string, TorchView>> Views,
    IReadOnlyDictionary<string, string> Unread,
    string? Wrapper,
    IReadOnlyList<string> Beside
);

/// <summary>Finds the tensors in a pickle's value and gives them flat names.</summary>
internal sealed class TorchStateDict
{
    private const int Deepest = 64,
        DeepestWrapper = 8,
        LongestName = 4096;

    private readonly List<KeyValuePair<string, TorchView>> _found = [];
    private readonly Dictionary<string, string> _unread = new(StringComparer.Ordinal);
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly string _path;
    private long _budget;

    private TorchStateDict(string path, long budget) => (_path, _budget) = (path, budget);

    /// <summary>
    /// What training scripts commonly call the network's part of a checkpoint. Where several of them hold tensors, these keep their key in
    /// their names: which one is meant, only who knows the network can tell.
    /// </summary>
    public static IReadOnlyList<string> Wrappers { get; } =
    ["state_dict", "model_state_dict", "model_state", "model", "net", "network", "params"];

    /// <summary>What they call averages of the weights over the training; read where the weights themselves are not there.</summary>
    public static IReadOnlyList<string> Averages { get; } =
    ["ema", "ema_state_dict", "state_dict_ema", "model_ema", "ema_model", "params_ema", "swa_state_dict", "shadow"];

    // DeepSpeed's name of the dictionary; as a beginning of names it is DataParallel's, beside which other names mean another network.
    private const string Module = "module";

    /// <summary>Flattens.</summary>
    /// <param name="root">The pickle's value.</param>
    /// <param name="budget">The most values to visit: a value that holds itself, or shares its parts, could otherwise unfold without
    /// end.</param>
    /// <param name="path">What messages call the file.</param>
    public static FlatDict Flatten(object? root, long budget, string path)
    {
        TorchStateDict names = new(path, budget);
        if (root is TorchView)
            throw new InputException($"'{path}' holds a single tensor, expected a state dict.");
        if (root is PickleOpaque or PickleGlobal)
            throw Whole(path, "", (root as PickleOpaque)?.Name ?? ((PickleGlobal)root).Name);
        if (root is not PickleDictionary dictionary)
            throw new InputException($"'{path}' holds no dictionary, expected a state dict.");
        string? wrapper = Unwrap(ref dictionary, out List<string> beside);
        if (Found(dictionary) is { Count: > 0 } several)
            foreach ((string key, PickleDictionary part) in several)
                names.Visit(part, key, 1);
        else
            names.Visit(dictionary, "", 0);
        if (names._found.Count == 0)
            throw Wrappers.FirstOrDefault(names._unread.ContainsKey) is { } key ? Whole(path, key, names._unread[key])
            : names._unread.FirstOrDefault() is { Key: { } first, Value: var kind }
                ? new InputException(
                    $"'{path}' holds no plain tensors, expected a state dict: '{FileFaults.Shorten(first)}' is of "
                        + $"'{FileFaults.Shorten(kind)}'."
                )
            : new InputException($"'{path}' holds no tensors, expected a state dict.");
        return new FlatDict(names._found, names._unread, wrapper, beside);
    }

    /// <summary>Goes to the state dict where it lies under one key alone, even within another.</summary>
    private static string? Unwrap(ref PickleDictionary dictionary, out List<string> beside)
    {
        List<string> keys = [];
        beside = [];
        while (keys.Count < DeepestWrapper && Found(dictionary) is [var (key, part)])
        {
            keys.Add(key);
            beside.AddRange(
                dictionary
                    .Pairs.Where(pair =>
                        pair.Value is PickleDictionary other && other != part && (HoldsTensor(other) || IsAverage(pair.Key, other))
                    )
                    .Select(pair => pair.Key)
                    .OfType<string>()
                    .Distinct()
            );
            dictionary = part;
        }
        return keys.Count == 0 ? null : string.Join('.', keys);
    }

    /// <summary>Those of the weights; where there are none, those of their averages.</summary>
    private static List<(string Key, PickleDictionary Part)> Found(PickleDictionary dictionary) =>
        Wrapped(dictionary, dictionary.Pairs.Count > 1 ? [.. Wrappers, Module] : Wrappers) is { Count: > 0 } weights
            ? weights
            : Wrapped(dictionary, Averages);

    /// <summary>
    /// The dictionaries under keys that wrap a state dict, each once; of several values of a key the last counts, as in Python. Beside
    /// tensors, such as the best accuracy so far, only dictionaries with tensors are meant: a state dict may have settings beside its
    /// weights, too.
    /// </summary>
    private static List<(string Key, PickleDictionary Part)> Wrapped(PickleDictionary dictionary, IEnumerable<string> wrappers)
    {
        var parts = wrappers.Select(key =>
            (Key: key, Part: dictionary.Pairs.FindLast(pair => key.Equals(pair.Key)).Value as PickleDictionary)
        );
        bool besideTensors = HoldsTensor(dictionary);
        return
        [
            .. parts
                .Where(entry => entry.Part is { } part && (!besideTensors || HoldsTensor(part)))
                .DistinctBy(entry => entry.Part)
                .Select(entry => (entry.Key, entry.Part!)),
        ];
    }

    /// <summary>Averages may lie one dictionary deeper, beside settings such as their decay.</summary>
    private static bool IsAverage(object? key, PickleDictionary part) =>
        Averages.Any(name => name.Equals(key)) && part.Pairs.Exists(pair => pair.Value is PickleDictionary inner && HoldsTensor(inner));

    private static bool HoldsTensor(PickleDictionary dictionary) => dictionary.Pairs.Exists(pair => pair.Value is TorchView);

    private void Visit(object? value, string name, int depth)
    {
        // Long names are charged by their length, so that copying prefixes stays in proportion too.
        _budget -= 1 + name.Length / 64;
        if (depth > Deepest || _budget < 0)
            throw TooDeep();
        if (value is TorchView view)
        {
            if (name.Length > LongestName || !_names.Add(name))
                throw new InputException(
                    $"'{_path}' is damaged: the tensor name '{FileFaults.Shorten(name)}' occurs twice or is too long."
                );
            _found.Add(new(name, view));
        }
        else if (value is PickleOpaque opaque)
            _unread[name] = opaque.Name;
        else if (value is PickleDictionary dictionary)
        {
            foreach ((object? key, object? item) in dictionary.Pairs)
                Descend(item, name, key, depth);
        }
        else if (value is PickleList list)
        {
            for (int i = 0; i < list.Items.Count; i++)
                Descend(list.Items[i], name, (long)i, depth);
        }
        else if (value is PickleTuple tuple)
        {
            for (int i = 0; i < tuple.Items.Length; i++)
                Descend(tuple.Items[i], name, (long)i, depth);
        }
    }

    private void Descend(object? item, string prefix, object? key, int depth)
    {
        _budget--;
        if (item is not (TorchView or PickleDictionary or PickleList or PickleTuple or PickleOpaque))
            return;
        string? part = key is long number ? number.ToString(CultureInfo.InvariantCulture) : key as string;
        // No weight is called by what is no name, so what lies there is not needed; a tensor there is nothing that PyTorch calls a state
        // dict.
        if (part == null && item is not TorchView)
            return;
        if (part == null)
            throw new InputException($"'{_path}' is damaged or no state dict: a name is neither text nor a whole number.");
        if (prefix.Length + part.Length > LongestName)
            throw new InputException($"'{_path}' is damaged: the tensor name '{FileFaults.Shorten(part)}' is too long.");
        Visit(item, prefix.Length == 0 ? part : $"{prefix}.{part}", depth + 1);
    }

    private InputException TooDeep() =>
        new($"'{_path}' is damaged or no state dict: its dictionaries are nested too deep or hold themselves.");

    private static InputException Whole(string path, string key, string kind) =>
        new(
            $"'{path}' holds {(key.Length == 0 ? "" : $"under '{key}' ")}the Python object '{FileFaults.Shorten(kind)}' as a "
                + $"whole, expected its state dict: save its state_dict() alone."
        );
}
