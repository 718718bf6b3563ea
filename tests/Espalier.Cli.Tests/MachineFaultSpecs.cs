using Espalier.Cli.Tests.Support;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>
/// What befalls whole machines, tried on one: a space of process ids of its own makes a run another machine's, which nobody can look up.
/// </summary>
public sealed class MachineFaultSpecs(MachineFaultSpecs.Whole whole) : IClassFixture<MachineFaultSpecs.Whole>, IDisposable
{
    private const int Unmountable = 77;

    private static readonly string s_run = string.Join(
            ' ',
            ["espalier", "run", .. TinyGrid.Of("0", "0.5"), "--workers", "1", "--threads", "1", "--quiet"]
        )
        .Replace("--epochs 2", "--epochs 12", StringComparison.Ordinal);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>A run is at a stage on another machine when that befalls it; one whose clock is minutes ahead takes over.</summary>
    [Theory]
    [InlineData("STOP", "kill -CONT -- -$first; wait $first")]
    [InlineData("KILL", "wait $first; true")]
    public async Task A_machine_that_is_suspended_or_never_comes_back_loses_its_stage_and_spoils_nothing(string signal, string after)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/setsid"), "setsid and unshare are not here");
        string ahead = File.Exists("/usr/bin/faketime") ? "NO_FAKE_STAT=1 FAKETIME_DONT_FAKE_MONOTONIC=1 faketime -f +7m" : "";
        string expected = await whole.StoreAsync();
        string script = $$"""
            export -f espalier; export ESPALIER_LEASE_SECONDS=2
            unshare -rpf --mount-proc true || exit {{Unmountable}}
            mkdir -p store/leases; echo '{"format": 1}' > store/espalier-store.json; touch store/leases/.leases-by-files
            setsid unshare -rpf --mount-proc bash -c '{{s_run}} --store store --out first' > first.log 2>&1 &
            first=$!
            until compgen -G 'store/work/*/*/*' > /dev/null; do sleep 0.01; done
            kill -{{signal}} -- -$first
            {{ahead}} bash -c '{{s_run}} --store store --out second'; code=$?
            (cd store && find stages -type f -exec sha256sum {} + > ../before)
            {{after}} || { echo "the first ended with $?"; cat first.log; exit 1; }
            (cd store && sha256sum --quiet -c ../before && find stages -type f | wc -l) ; wc -l < before
            espalier store verify --store store --quiet || exit 1
            diff <(cd {{expected}} && find stages -name '*.safetensors' -exec sha256sum {} + | sort) \
                <(cd store && find stages -name '*.safetensors' -exec sha256sum {} + | sort) || exit 1
            exit $code
            """;
        ProcessResult found = await EspalierProcess.ScriptAsync(_folder.Path, script);
        Assert.SkipWhen(found.Code == Unmountable, "there are no spaces of process ids here");
        Assert.True(found.Code == 0, found.Out + found.Err);
        Assert.Contains(" 0 damaged.", found.Out);
        Assert.Equal(
            File.ReadAllLines(_folder["before"]).Length,
            Directory.GetFiles(_folder["store/stages"], "*", SearchOption.AllDirectories).Length
        );
    }

    [Fact]
    public async Task A_full_disk_ends_a_run_with_a_sentence_and_with_room_again_it_goes_on_to_the_same_bytes()
    {
        string expected = await whole.StoreAsync();
        string script = $$"""
            size=$(($(du -sk {{expected}} | cut -f 1) + 512)); mkdir store
            mount -t tmpfs -o size=${size}k none store || exit {{Unmountable}}
            espalier doctor --store store | grep 'free space'
            {{s_run}} --store store --out run & run=$!
            until compgen -G 'store/stages/*/*/*' > /dev/null; do sleep 0.01; done
            dd if=/dev/zero of=store/ballast bs=1k 2> /dev/null
            wait $run; echo "code $?"
            (cd store && find stages -name manifest.json -exec sha256sum {} + > ../before)
            rm store/ballast
            {{s_run}} --store store --out run > /dev/null; echo "code $?"
            (cd store && sha256sum --quiet -c ../before) || exit 1
            espalier store verify --store store --quiet
            diff <(cd {{expected}} && find stages -name '*.safetensors' -exec sha256sum {} + | sort) \
                <(cd store && find stages -name '*.safetensors' -exec sha256sum {} + | sort)
            """;
        ProcessResult found = await EspalierProcess.ScriptAsync(
            _folder.Path,
            $"export -f espalier; unshare -rm bash -c {EspalierProcess.Quoted(script)}"
        );
        Assert.SkipWhen(found.Code == Unmountable, "nothing can be mounted here");
        Assert.True(found.Code == 0, found.Out + found.Err);
        Assert.Matches("(?s)code 2.*code 0.* 0 damaged", found.Out);
        Assert.Contains("No space left on device", found.Err);
        Assert.DoesNotContain("   at ", found.Err); // no trace of a stack
    }

    /// <summary>The run that nothing befell, done once.</summary>
    public sealed class Whole : IDisposable
    {
        private readonly TempFolder _folder = new();

        public void Dispose() => _folder.Dispose();

        /// <summary>Its store, as a shell takes it.</summary>
        public async Task<string> StoreAsync()
        {
            if (!Directory.Exists(_folder["store"]))
            {
                ProcessResult done = await EspalierProcess.ScriptAsync(_folder.Path, $"{s_run} --store store --out run");
                Assert.True(done.Code == 0, done.Err);
            }
            return EspalierProcess.Quoted(_folder["store"]);
        }
    }
}
