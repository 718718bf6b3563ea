using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Xunit;

namespace Espalier.Cli.Tests.Support;

/// <summary>
/// A real Slurm of two nodes with one core each, all of it on this machine's loopback in a folder of its own; tests that ask for it are
/// skipped where Slurm is not installed. It is there from the first question until the fixture goes.
/// </summary>
[CollectionDefinition(Name)]
public sealed class SlurmCluster : ICollectionFixture<SlurmCluster>, IDisposable
{
    /// <summary>Of the tests that use it, one after the other: all of this process's commands see the same Slurm.</summary>
    public const string Name = "Slurm";

    private static readonly string[] s_daemons = ["munged", "slurmctld", "slurmd"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly TempFolder _folder = new();
    private bool _isUp;

    /// <summary>Starts it, once.</summary>
    public async Task NeedAsync()
    {
        string? missing = s_daemons.FirstOrDefault(name => Find(name) is null);
        Assert.SkipUnless(missing is null, $"Slurm is not installed: there is no {missing}.");
        if (_isUp || OperatingSystem.IsWindows()) // it is not installed there
            return;
        _isUp = true;
        foreach (string name in new[] { "munge", "state", "spool-n1", "spool-n2" })
            Directory.CreateDirectory(_folder[name]);
        File.WriteAllBytes(_folder["munge/key"], RandomNumberGenerator.GetBytes(128));
        File.SetUnixFileMode(_folder["munge/key"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.SetUnixFileMode(_folder["munge"], (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(_folder.Path, (UnixFileMode)0b111_101_101);
        File.WriteAllText(_folder["slurm.conf"], Configuration());
        // Commands that this process starts find it there.
        Environment.SetEnvironmentVariable("SLURM_CONF", _folder["slurm.conf"]);
        string munge = _folder["munge"];
        await MustAsync(
            Find("munged")!,
            $"--key-file={munge}/key",
            $"--socket={munge}/socket",
            $"--pid-file={munge}/pid",
            $"--log-file={munge}/log",
            $"--seed-file={munge}/seed",
            "--num-threads=2"
        );
        await MustAsync(Find("slurmctld")!, "-f", _folder["slurm.conf"]);
        await BeginAsync("n1");
        await BeginAsync("n2");
        await UntilAsync(
            async () => (await AskAsync("sinfo", "-h", "-p", "main", "-o", "%T %D")).Trim() == "idle 2",
            () => "both nodes are idle"
        );
    }

    /// <summary>
    /// A node loses its power: everything on it is gone without a word, Slurm's own daemon first, and Slurm is told that it is down. Then
    /// it comes back.
    /// </summary>
    public async Task LoseAsync(string node)
    {
        int[] scripts = OtherProcesses.With($"{_folder[$"spool-{node}"]}/", "slurm_script");
        int[] all = [.. scripts.SelectMany(OtherProcesses.Tree)],
            keepers = [.. scripts.Select(OtherProcesses.ParentOf).Where(id => id > 1)];
        using (Process? daemon = Daemon($"slurmd-{node}.pid"))
            await OtherProcesses.SignalAsync("KILL", [daemon!.Id, .. keepers, .. all]);
        await AskAsync("scontrol", "update", $"nodename={node}", "state=down", "reason=power");
        await BeginAsync(node);
    }

    /// <summary>A node begins. What two of them would put into one folder of this machine (PMIx does) goes into each one's own.</summary>
    private Task BeginAsync(string node)
    {
        string own = _folder[$"conf-{node}"];
        Directory.CreateDirectory(own);
        File.Copy(_folder["slurm.conf"], Path.Combine(own, "slurm.conf"), overwrite: true);
        File.WriteAllText(Path.Combine(own, "mpi.conf"), $"PMIxCliTmpDirBase={own}\n");
        return MustAsync(Find("slurmd")!, "-f", Path.Combine(own, "slurm.conf"), "-N", node);
    }

    /// <summary>Waits until something is so.</summary>
    public static async Task UntilAsync(Func<Task<bool>> isSo, Func<string> what)
    {
        long start = Stopwatch.GetTimestamp();
        while (!await isSo())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, $"It never came to pass that {what()}");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Runs one of Slurm's programs and tells what it printed, whatever came of it.</summary>
    public static async Task<string> AskAsync(string program, params string[] arguments) => (await RunAsync(program, arguments)).Said;

    private static async Task MustAsync(string program, params string[] arguments)
    {
        (int code, string said) = await RunAsync(program, arguments);
        Assert.True(code == 0, $"{program}: {said}");
    }

    private static async Task<(int Code, string Said)> RunAsync(string program, string[] arguments)
    {
        // Daemons keep the streams that they were started with: they are not waited for.
        string log = Path.GetTempFileName();
        string line = string.Join(' ', arguments.Prepend(program).Select(EspalierProcess.Quoted));
        using Process process = Process.Start("bash", ["-c", $"{line} > {EspalierProcess.Quoted(log)} 2>&1 < /dev/null"]);
        await process.WaitForExitAsync();
        string said = await File.ReadAllTextAsync(log);
        File.Delete(log);
        return (process.ExitCode, said);
    }

    public void Dispose()
    {
        if (_isUp)
        {
            Environment.SetEnvironmentVariable("SLURM_CONF", null);
            Process[] daemons =
            [
                .. new[] { "slurmd-n1.pid", "slurmd-n2.pid", "slurmctld.pid", "munge/pid" }.Select(Daemon).OfType<Process>(),
            ];
            foreach (Process daemon in daemons)
                using (Process.Start("kill", $"{daemon.Id}")) { }
            foreach (Process daemon in daemons)
                using (daemon)
                    if (!daemon.WaitForExit(TimeSpan.FromSeconds(10)))
                        daemon.Kill();
        }
        _folder.Dispose();
    }

    private Process? Daemon(string file)
    {
        try
        {
            return File.Exists(_folder[file]) ? Process.GetProcessById(int.Parse(File.ReadAllText(_folder[file]).Trim())) : null;
        }
        catch (Exception fault) when (fault is ArgumentException or FormatException)
        {
            return null; // it has ended by itself
        }
    }

    /// <summary>
    /// Two times are Slurm's own and long elsewhere: a job that is queued again waits until what its nodes were told of it before has run
    /// out (cred_expire, 120 s), and then until all jobs are looked at (sched_interval, 60 s).
    /// </summary>
    private string Configuration()
    {
        int[] ports = Ports(3);
        string host = Environment.MachineName.Split('.')[0],
            root = _folder.Path;
        return $"""
            ClusterName=probe
            SlurmctldHost={host}(127.0.0.1)
            SlurmctldPort={ports[0]}
            CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
            SlurmUser={Environment.UserName}
            SlurmdUser={Environment.UserName}
            AuthType=auth/munge
            AuthInfo=socket={root}/munge/socket,cred_expire=5
            CredType=cred/munge
            StateSaveLocation={root}/state
            SlurmdSpoolDir={root}/spool-%n
            SlurmctldPidFile={root}/slurmctld.pid
            SlurmdPidFile={root}/slurmd-%n.pid
            SlurmctldLogFile={root}/slurmctld.log
            SlurmdLogFile={root}/slurmd-%n.log
            ProctrackType=proctrack/linuxproc
            TaskPlugin=task/none
            MpiDefault=pmi2
            ReturnToService=2
            SelectType=select/cons_tres
            SelectTypeParameters=CR_Core
            MaxArraySize=4
            SchedulerType=sched/backfill
            SchedulerParameters=sched_min_interval=10000,batch_sched_delay=0,bf_interval=1,sched_interval=1,kill_invalid_depend
            KillWait=2
            InactiveLimit=0
            JobAcctGatherType=jobacct_gather/none
            AccountingStorageType=accounting_storage/none
            NodeName=n1 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[1]} CPUs=1 RealMemory=4096 State=UNKNOWN
            NodeName=n2 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[2]} CPUs=1 RealMemory=4096 State=UNKNOWN
            PreemptType=preempt/partition_prio
            PreemptMode=REQUEUE
            PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP PriorityTier=1
            PartitionName=urgent Nodes=ALL MaxTime=INFINITE State=UP PriorityTier=2

            """;
    }

    private static int[] Ports(int count)
    {
        TcpListener[] taken = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        foreach (TcpListener one in taken)
            one.Start();
        int[] ports = [.. taken.Select(one => ((IPEndPoint)one.LocalEndpoint).Port)];
        foreach (TcpListener one in taken)
            one.Stop();
        return ports;
    }

    private static string? Find(string program) =>
        $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin"
            .Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
}
