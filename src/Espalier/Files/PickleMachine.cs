namespace Espalier.Files;

/// <summary>
/// Runs the part of Python's pickle language that describes data. Nothing is ever executed: what a global outside
/// <see cref="TorchGlobals"/> would make becomes a value known by its name alone, and what is put into it is forgotten. Every instruction
/// takes at least a byte of input and makes at most one object, so time and memory grow with the file.
/// </summary>
internal sealed class PickleMachine
{
    private readonly string _path;
    private readonly PickleCursor _input;
    private readonly PickleStack _stack;
    private readonly Dictionary<uint, object?> _memo = [];
    private readonly TorchGlobals _globals;

    /// <param name="bytes">What holds the pickle, whose end it knows itself.</param>
    /// <param name="path">What messages call the file.</param>
    /// <param name="start">Where it begins.</param>
    public PickleMachine(PickleBytes bytes, string path, int start = 0)
    {
        _path = path;
        _input = new PickleCursor(bytes, path, start);
        _globals = new TorchGlobals(path);
        _stack = new PickleStack(Fault);
    }

    /// <summary>Where the next instruction stands; after a run, what follows the pickle.</summary>
    public int Position => _input.Position;

    /// <summary>What was named on the way.</summary>
    public TorchGlobals Globals => _globals;

    public object? Run()
    {
        byte code;
        while ((code = _input.Byte()) != '.')
            Step(code);
        object? result = _stack.Pop();
        if (!_stack.IsEmpty)
            throw Fault("leaves values behind");
        return result;
    }

    private void Step(byte code)
    {
        if (PickleConstants.TryRead(code, _input, out object? constant))
        {
            _stack.Push(constant);
            return;
        }
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
                _stack.Mark();
                break;
            case (byte)'0':
                _stack.Pop();
                break;
            case (byte)'1':
                _stack.PopToMark();
                break;
            case (byte)'2':
                _stack.Push(_stack.Peek());
                break;
            case (byte)')':
                _stack.Push(new PickleTuple([]));
                break;
            case (byte)'t':
                _stack.Push(new PickleTuple(_stack.PopToMark()));
                break;
            case 0x85:
                _stack.Push(new PickleTuple([_stack.Pop()]));
                break;
            case 0x86:
                PushTuple(2);
                break;
            case 0x87:
                PushTuple(3);
                break;
            case (byte)']':
                _stack.Push(new PickleList());
                break;
            case (byte)'l':
                PushList();
                break;
            case (byte)'a':
            {
                object? item = _stack.Pop();
                Append([item]);
                break;
            }
            case (byte)'e':
                Append(_stack.PopToMark());
                break;
            case 0x8f:
                _stack.Push(PickleOpaque.Set);
                break;
            case 0x90:
                _stack.PopToMark();
                _stack.Top<PickleOpaque>();
                break;
            case 0x91:
                _stack.PopToMark();
                _stack.Push(PickleOpaque.Set);
                break;
            case (byte)'}':
                _stack.Push(new PickleDictionary());
                break;
            case (byte)'d':
            {
                object?[] items = _stack.PopToMark();
                _stack.Push(new PickleDictionary());
                SetItems(items);
                break;
            }
            case (byte)'s':
            {
                object? value = _stack.Pop(),
                    key = _stack.Pop();
                SetItems([key, value]);
                break;
            }
            case (byte)'u':
                SetItems(_stack.PopToMark());
                break;
            case (byte)'c':
            {
                string module = _input.Line();
                _stack.Push(_globals.Find(module, _input.Line()));
                break;
            }
            case 0x93:
            {
                string name = _stack.Pop<string>();
                _stack.Push(_globals.Find(_stack.Pop<string>(), name));
                break;
            }
            case (byte)'R':
            {
                PickleTuple arguments = _stack.Pop<PickleTuple>();
                _stack.Push(_globals.Call(_stack.Pop(), arguments.Items));
                break;
            }
            case 0x81:
            {
                _stack.Pop<PickleTuple>();
                _stack.Push(_globals.Make(_stack.Pop()));
                break;
            }
            case 0x92:
            {
                _stack.Pop();
                _stack.Pop<PickleTuple>();
                _stack.Push(_globals.Make(_stack.Pop()));
                break;
            }
            case (byte)'b':
                Build();
                break;
            case (byte)'Q':
                _stack.Push(_globals.Storage(_stack.Pop()));
                break;
            case (byte)'q':
                _memo[_input.Byte()] = _stack.Peek();
                break;
            case (byte)'r':
                _memo[_input.UInt32()] = _stack.Peek();
                break;
            case 0x94:
                _memo[(uint)_memo.Count] = _stack.Peek();
                break;
            case (byte)'h':
                _stack.Push(Recall(_input.Byte()));
                break;
            case (byte)'j':
                _stack.Push(Recall(_input.UInt32()));
                break;
            default:
                throw Fault($"has the instruction 0x{code:x2}, which describes no data known here");
        }
    }

    private void PushTuple(int count)
    {
        object?[] items = new object?[count];
        for (int i = count - 1; i >= 0; i--)
            items[i] = _stack.Pop();
        _stack.Push(new PickleTuple(items));
    }

    private void PushList()
    {
        PickleList list = new();
        list.Items.AddRange(_stack.PopToMark());
        _stack.Push(list);
    }

    private void Append(object?[] items)
    {
        if (_stack.Peek() is not PickleOpaque)
            _stack.Top<PickleList>().Items.AddRange(items);
    }

    /// <summary>
    /// Sets attributes, which nothing here needs: <c>_metadata</c> of an OrderedDict, or those of an object that was not made.
    /// </summary>
    private void Build()
    {
        _stack.Pop();
        if (_stack.Peek() is not PickleOpaque)
            _stack.Top<PickleDictionary>();
    }

    private void SetItems(object?[] items)
    {
        if (items.Length % 2 != 0)
            throw Fault("has a key without a value");
        if (_stack.Peek() is PickleOpaque)
            return;
        List<KeyValuePair<object?, object?>> pairs = _stack.Top<PickleDictionary>().Pairs;
        for (int i = 0; i < items.Length; i += 2)
            pairs.Add(new(items[i], items[i + 1]));
    }

    private object? Recall(uint index) =>
        _memo.TryGetValue(index, out object? value) ? value : throw Fault("recalls a value that it did not keep");

    private InputException Fault(string what) => new($"'{_path}' is damaged or no state dict: its pickle {what} (byte {_input.Position}).");
}
