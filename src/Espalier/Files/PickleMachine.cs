using System.Globalization;

namespace Espalier.Files;

/// <summary>
/// Runs the part of Python's pickle language that describes data. Nothing is ever executed: what a global outside
/// <see cref="TorchGlobals"/> would make becomes a value known by its name alone, and what is put into it is forgotten. Every instruction
/// takes at least a byte of input and makes at most one object, so time and memory grow with the file.
/// </summary>
internal sealed class PickleMachine(byte[] bytes, string path)
{
    private readonly PickleCursor _input = new(bytes, path);
    private readonly List<object?> _stack = [];
    private readonly Stack<int> _marks = new();
    private readonly Dictionary<uint, object?> _memo = [];
    private readonly TorchGlobals _globals = new(path);

    public object? Run()
    {
        byte code;
        while ((code = _input.Byte()) != '.')
            Step(code);
        object? result = Pop();
        if (_stack.Count != 0 || _marks.Count != 0)
            throw Fault("leaves values behind");
        return result;
    }

    private void Step(byte code)
    {
        switch (code)
        {
            case 0x80:
                if (_input.Byte() > 5)
                    throw Fault("has an unknown protocol");
                break;
            case 0x95:
                _input.Skip(8);
                break;
            case (byte)'(':
                _marks.Push(_stack.Count);
                break;
            case (byte)'0':
                Pop();
                break;
            case (byte)'1':
                PopToMark();
                break;
            case (byte)'2':
                Push(Peek());
                break;
            case (byte)'N':
                Push(null);
                break;
            case 0x88:
                Push(true);
                break;
            case 0x89:
                Push(false);
                break;
            case (byte)'J':
                Push((long)_input.Int32());
                break;
            case (byte)'K':
                Push((long)_input.Byte());
                break;
            case (byte)'M':
                Push((long)_input.UInt16());
                break;
            case (byte)'I':
                PushLine(_input.Line());
                break;
            case (byte)'L':
                PushLine(_input.Line().TrimEnd('L'));
                break;
            case 0x8a:
                Push((object?)_input.Integer(_input.Byte()) ?? PickleOpaque.Number);
                break;
            case 0x8b:
                Push((object?)_input.Integer(_input.UInt32()) ?? PickleOpaque.Number);
                break;
            case (byte)'G':
                Push(_input.Double());
                break;
            case (byte)'F':
                _input.Line();
                Push(PickleOpaque.Number);
                break;
            case (byte)'X':
                Push(_input.Text(_input.UInt32()));
                break;
            case 0x8c:
                Push(_input.Text(_input.Byte()));
                break;
            case 0x8d:
                Push(_input.Text(_input.UInt64()));
                break;
            case (byte)'U' or (byte)'C':
                _input.Skip(_input.Byte());
                Push(PickleOpaque.Bytes);
                break;
            case (byte)'T' or (byte)'B':
                _input.Skip(_input.UInt32());
                Push(PickleOpaque.Bytes);
                break;
            case 0x8e or 0x96:
                _input.Skip(_input.UInt64());
                Push(PickleOpaque.Bytes);
                break;
            case (byte)')':
                Push(new PickleTuple([]));
                break;
            case (byte)'t':
                Push(new PickleTuple(PopToMark()));
                break;
            case 0x85:
                Push(new PickleTuple([Pop()]));
                break;
            case 0x86:
                PushTuple(2);
                break;
            case 0x87:
                PushTuple(3);
                break;
            case (byte)']':
                Push(new PickleList());
                break;
            case (byte)'l':
                PushList();
                break;
            case (byte)'a':
            {
                object? item = Pop();
                Append([item]);
                break;
            }
            case (byte)'e':
                Append(PopToMark());
                break;
            case 0x8f:
                Push(PickleOpaque.Set);
                break;
            case 0x90:
                PopToMark();
                Top<PickleOpaque>();
                break;
            case 0x91:
                PopToMark();
                Push(PickleOpaque.Set);
                break;
            case (byte)'}':
                Push(new PickleDictionary());
                break;
            case (byte)'d':
            {
                object?[] items = PopToMark();
                Push(new PickleDictionary());
                SetItems(items);
                break;
            }
            case (byte)'s':
            {
                object? value = Pop(),
                    key = Pop();
                SetItems([key, value]);
                break;
            }
            case (byte)'u':
                SetItems(PopToMark());
                break;
            case (byte)'c':
            {
                string module = _input.Line();
                Push(_globals.Find(module, _input.Line()));
                break;
            }
            case 0x93:
            {
                string name = Pop<string>();
                Push(_globals.Find(Pop<string>(), name));
                break;
            }
            case (byte)'R':
            {
                PickleTuple arguments = Pop<PickleTuple>();
                Push(_globals.Call(Pop(), arguments.Items));
                break;
            }
            case 0x81:
            {
                Pop<PickleTuple>();
                Push(_globals.Make(Pop()));
                break;
            }
            case 0x92:
            {
                Pop();
                Pop<PickleTuple>();
                Push(_globals.Make(Pop()));
                break;
            }
            case (byte)'b':
                Build();
                break;
            case (byte)'Q':
                Push(_globals.Storage(Pop()));
                break;
            case (byte)'q':
                _memo[_input.Byte()] = Peek();
                break;
            case (byte)'r':
                _memo[_input.UInt32()] = Peek();
                break;
            case 0x94:
                _memo[(uint)_memo.Count] = Peek();
                break;
            case (byte)'h':
                Push(Recall(_input.Byte()));
                break;
            case (byte)'j':
                Push(Recall(_input.UInt32()));
                break;
            default:
                throw Fault($"has the instruction 0x{code:x2}, which describes no data known here");
        }
    }

    private void Push(object? value) => _stack.Add(value);

    private object? Peek()
    {
        // A value below the latest mark is not an instruction's to take.
        if (_stack.Count == (_marks.Count > 0 ? _marks.Peek() : 0))
            throw Fault("takes a value that is not there");
        return _stack[^1];
    }

    private object? Pop()
    {
        object? value = Peek();
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    private T Pop<T>()
        where T : class => Pop() as T ?? throw Fault("has a value of the wrong kind");

    private T Top<T>()
        where T : class => Peek() as T ?? throw Fault("has a value of the wrong kind");

    private object?[] PopToMark()
    {
        if (_marks.Count == 0)
            throw Fault("ends a group that was not begun");
        int begin = _marks.Pop();
        object?[] items = _stack[begin..].ToArray();
        _stack.RemoveRange(begin, items.Length);
        return items;
    }

    private void PushTuple(int count)
    {
        object?[] items = new object?[count];
        for (int i = count - 1; i >= 0; i--)
            items[i] = Pop();
        Push(new PickleTuple(items));
    }

    private void PushList()
    {
        PickleList list = new();
        list.Items.AddRange(PopToMark());
        Push(list);
    }

    private void Append(object?[] items)
    {
        if (Peek() is not PickleOpaque)
            Top<PickleList>().Items.AddRange(items);
    }

    /// <summary>
    /// Sets attributes, which nothing here needs: <c>_metadata</c> of an OrderedDict, or those of an object that was not made.
    /// </summary>
    private void Build()
    {
        Pop();
        if (Peek() is not PickleOpaque)
            Top<PickleDictionary>();
    }

    private void SetItems(object?[] items)
    {
        if (items.Length % 2 != 0)
            throw Fault("has a key without a value");
        if (Peek() is PickleOpaque)
            return;
        List<KeyValuePair<object?, object?>> pairs = Top<PickleDictionary>().Pairs;
        for (int i = 0; i < items.Length; i += 2)
            pairs.Add(new(items[i], items[i + 1]));
    }

    private void PushLine(string digits)
    {
        // "00" and "01" are how protocol 0 writes false and true.
        if (digits is "00" or "01")
            Push(digits == "01");
        else if (long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value))
            Push(value);
        else
            Push(PickleOpaque.Number);
    }

    private object? Recall(uint index) =>
        _memo.TryGetValue(index, out object? value) ? value : throw Fault("recalls a value that it did not keep");

    private InputException Fault(string what) => new($"'{path}' is damaged or no state dict: its pickle {what} (byte {_input.Position}).");
}
