namespace Espalier.Files;

/// <summary>
/// What leases that are files ask of a file system, in single steps: the protocol is written against these, and is tried against every
/// order in which several holders can take them.
/// </summary>
internal interface ILeaseFolder
{
    /// <summary>All numbers of a lease that are there. On a network file system this may be what was there a while ago.</summary>
    IReadOnlyList<int> Numbers(string name);

    /// <summary>Reads the file of a number as the server has it; null if there is none.</summary>
    LeaseSight? Read(string name, int number);

    /// <summary>Makes the file of a number with all its content, unless there is one: the server lets only one do it.</summary>
    /// <returns>Whether what is there now is this holder's.</returns>
    bool TryMake(string name, int number, LeaseHolder holder);

    /// <summary>Renews the file of a number, if it is still this holder's own.</summary>
    bool TryRenew(string name, int number, LeaseHolder holder);

    /// <summary>Removes the file of a number, if there is one.</summary>
    void Remove(string name, int number);
}

/// <summary>The file of a lease as it was read.</summary>
/// <param name="Text">All of it.</param>
/// <param name="Holder">What it says; null where it is empty or damaged.</param>
internal sealed record LeaseSight(string Text, LeaseHolder? Holder)
{
    /// <summary>What this file is known by: its holder's token, or, where there is none, what is in it.</summary>
    public string Token => Holder is { Token.Length: > 0 } holder ? holder.Token : Text;
}
