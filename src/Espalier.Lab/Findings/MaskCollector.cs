using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Engine.Store;
using Espalier.Lab.Stages;
using Espalier.Weights;

namespace Espalier.Lab.Findings;

/// <summary>
/// Looks at the masks that tell of a run: of each network A's mask and what became of it in the permuted network, at the largest sparsity,
/// of the first seed and the first rewind epoch that have both or one of them.
/// </summary>
internal static class MaskCollector
{
    private static readonly string[] s_methods = [Methods.Lth.Name, Methods.Permuted.Name];

    public static IEnumerable<LayerMask> Of(ArtefactStore store, IEnumerable<PlannedCell> done)
    {
        foreach (IGrouping<string, PlannedCell> model in done.Where(cell => s_methods.Contains(cell.Method)).GroupBy(cell => cell.Model))
        {
            PlannedCell first = model
                .OrderByDescending(cell => cell.Sparsity)
                .ThenBy(cell => cell.Seed)
                .ThenBy(cell => cell.RewindEpoch)
                .First();
            foreach (string method in s_methods)
            {
                PlannedCell? cell = model
                    .Where(cell =>
                        cell.Method == method
                        && (cell.Sparsity, cell.Seed, cell.RewindEpoch) == (first.Sparsity, first.Seed, first.RewindEpoch)
                    )
                    .MaxBy(cell => cell.MatchEpoch ?? 0);
                if (cell is null)
                    continue;
                string path = Path.Combine(store.FolderOf(cell.Stage.Kind, cell.Stage.Id), PruneStage.MaskName);
                if (!File.Exists(path))
                    continue;
                using Mask mask = MaskFile.Read(path, ((INetworkStage)cell.Stage).Model.Network);
                foreach (Networks.Parameter layer in MaskPicture.Chosen(mask))
                    yield return new LayerMask(cell.Model, cell.Seed, method, cell.Sparsity, MaskPicture.Of(mask, layer));
            }
        }
    }
}
