namespace Espalier.Networks;

/// <summary>
/// Axes whose units lie in equally many blocks that can move as wholes, all alike: the inputs and outputs of a grouped convolution, or
/// the heads of an attention. An element of a union-find.
/// </summary>
internal sealed class BlockFamily
{
    private BlockFamily? _parent;
    private bool _isPinned;

    /// <summary>Whether its blocks must stay in their places, because something tells them apart.</summary>
    public bool IsPinned => Root()._isPinned;

    public BlockFamily Root()
    {
        BlockFamily root = this;
        while (root._parent is { } parent)
            root = parent;
        return root;
    }

    public void Pin() => Root()._isPinned = true;

    public void Unite(BlockFamily other)
    {
        (BlockFamily mine, BlockFamily theirs) = (Root(), other.Root());
        if (mine == theirs)
            return;
        mine._isPinned |= theirs._isPinned;
        theirs._parent = mine;
    }
}

/// <summary>That units lie in blocks.</summary>
/// <param name="Blocks">How many, all of the same size.</param>
/// <param name="Family">What moves them.</param>
internal sealed record BlockStructure(int Blocks, BlockFamily Family);
