namespace Espalier.Files;

/// <summary>
/// How leases that are files pass from one to the next. The holder with the highest number has the lease; the next one makes the file of
/// the number after it, which the server lets one do only, and then looks that what it follows is still there: had all of it been removed
/// and begun again meanwhile, another would be there by now. Numbers are never used again until the lease is retired for good.
/// </summary>
/// <param name="folder">Where the files are.</param>
/// <param name="name">The lease.</param>
/// <param name="isHeld">Whether what was read before is a living holder's; told when reading began.</param>
/// <param name="now">A clock of this machine, which never goes back.</param>
internal sealed class LeaseProtocol(ILeaseFolder folder, string name, Func<LeaseSight, long, int, bool> isHeld, Func<long> now)
{
    /// <summary>So many files of former holders are kept, for those who look at a list that is older than they know.</summary>
    public int Kept { get; init; } = 8;

    /// <summary>Takes the lease, if nobody has it.</summary>
    /// <returns>The number under which it is held; null if it is not.</returns>
    public int? TryTake(LeaseHolder me)
    {
        int last = Last();
        if (last == 0)
            return TryFollow(0, null, me);
        long before = now();
        // One that was retired just now is looked for again, later.
        return folder.Read(name, last) is { } found && !isHeld(found, before, last) ? TryFollow(last, found.Token, me) : null;
    }

    /// <summary>
    /// Takes the lease over from oneself. It succeeds if nobody else has, and from then on nobody can without waiting his patience anew.
    /// </summary>
    /// <returns>The new number; null if the lease was lost.</returns>
    public int? TryConfirm(int number, string token, LeaseHolder next) => TryFollow(number, token, next);

    /// <summary>Whether another has taken over, or all is gone.</summary>
    public bool IsLost(int number, string token) => folder.Read(name, number)?.Token != token || folder.Read(name, number + 1) is not null;

    /// <summary>Removes everything up to a number: the lease is never needed again.</summary>
    public void Retire(int number)
    {
        foreach (int old in folder.Numbers(name).Where(n => n <= number).Order())
            folder.Remove(name, old);
    }

    private int? TryFollow(int last, string? token, LeaseHolder me)
    {
        if (!folder.TryMake(name, last + 1, me))
            return null;
        if ((token is null || folder.Read(name, last)?.Token == token) && Last() == last + 1)
        {
            for (int old = last + 1 - Kept; old > 0 && folder.Read(name, old) is not null; old--)
                folder.Remove(name, old);
            return last + 1;
        }
        folder.Remove(name, last + 1);
        return null;
    }

    private int Last() => folder.Numbers(name).DefaultIfEmpty(0).Max();
}
