namespace Espalier.Files;

/// <summary>What a pickle's instructions have put down and not yet taken, with the marks that groups begin at.</summary>
/// <param name="fault">The refusal of a pickle that does what is said.</param>
internal sealed class PickleStack(Func<string, InputException> fault)
{
    private readonly List<object?> _values = [];
    private readonly Stack<int> _marks = new();

    public bool IsEmpty => _values.Count == 0 && _marks.Count == 0;

    public void Mark() => _marks.Push(_values.Count);

    public void Push(object? value) => _values.Add(value);

    public object? Peek()
    {
        // A value below the latest mark is not an instruction's to take.
        if (_values.Count == (_marks.Count > 0 ? _marks.Peek() : 0))
            throw fault("takes a value that is not there");
        return _values[^1];
    }

    public object? Pop()
    {
        object? value = Peek();
        _values.RemoveAt(_values.Count - 1);
        return value;
    }

    public T Pop<T>()
        where T : class => Pop() as T ?? throw fault("has a value of the wrong kind");

    public T Top<T>()
        where T : class => Peek() as T ?? throw fault("has a value of the wrong kind");

    public object?[] PopToMark()
    {
        if (_marks.Count == 0)
            throw fault("ends a group that was not begun");
        int begin = _marks.Pop();
        object?[] items = _values[begin..].ToArray();
        _values.RemoveRange(begin, items.Length);
        return items;
    }
}
