using Xunit;

namespace Espalier.Tests.Files.Leases;

/// <summary>
/// The protocol of leases that are files, in every order of its steps, on a file system such as NFS: making a file is exclusive, reading
/// one is of the server, a list may be old.
/// </summary>
public class LeaseModelSpecs
{
    [Theory]
    [InlineData(2, 2, 0, 0)]
    [InlineData(2, 1, 1, 2)]
    [InlineData(3, 1, 0, 1)]
    [InlineData(3, 1, 1, 0)]
    public void In_every_order_one_has_the_lease_and_none_commits_that_has_lost_it(int processes, int attempts, int deaths, int doubts)
    {
        ModelRules rules = new()
        {
            Processes = processes,
            Attempts = attempts,
            Deaths = deaths,
            Doubts = doubts,
        };
        MustHold(rules);
        MustHold(rules with { Kept = 100, ListsAnewAfterOwnChange = false }); // numbers that stay need no list to be right
    }

    [Fact]
    public void A_lease_that_is_retired_with_what_was_done_under_it_is_done_once()
    {
        ModelCheck check = new ModelCheck(new ModelRules { Attempts = 2, IsRetired = true }).Run();
        Assert.Equal((1, 1, 1), (check.MostHolders, check.MostConfirmed, check.MostCommits));
    }

    private static void MustHold(ModelRules rules)
    {
        ModelCheck check = new ModelCheck(rules).Run();
        TestContext.Current.TestOutputHelper?.WriteLine($"{rules}: {check.States} states");
        Assert.Equal((1, 1, 0), (check.MostHolders, check.MostConfirmed, check.Stuck));
        Assert.True(check.States > 100);
    }
}
