using Espalier.Connectivity;
using Espalier.Lab.Stages;

namespace Espalier.Lab.Design.Planning;

/// <summary>The studies of one network, over the stages of all its seeds.</summary>
/// <param name="grid">What is asked for.</param>
/// <param name="model">The network.</param>
/// <param name="seeds">Its stages, one entry a seed.</param>
internal sealed class StudyPlanner(Grid grid, ModelSource model, IReadOnlyList<SeedPlanner> seeds)
{
    private readonly StudyOptions _options = grid.Options.Studies;

    public IEnumerable<PlannedStudy> Plan() =>
        grid.Studies.SelectMany(study =>
            study switch
            {
                Study.Barrier => seeds.SelectMany(Barriers),
                Study.PruningBarrier => seeds.SelectMany(PruningBarriers),
                Study.Plane => Planes(seeds[0]),
                _ => Ensembles(),
            }
        );

    private IEnumerable<PlannedStudy> Barriers(SeedPlanner seed) =>
        from match in new[] { null, seed.MatchWith(seed) }
        from correction in Corrections.Of(model.Network)
        select new PlannedBarrier(
            model.Title,
            seed.Seed,
            Study.Barrier,
            match is not null,
            correction,
            0,
            0,
            new BarrierStage(new StageNetwork(seed.A, match), new StageNetwork(seed.B), correction, _options)
        );

    private IEnumerable<PlannedStudy> PruningBarriers(SeedPlanner seed)
    {
        foreach ((int round, PruneStage pruned) in seed.RoundsOfA)
        foreach (Correction correction in Corrections.Of(model.Network))
            yield return new PlannedBarrier(
                model.Title,
                seed.Seed,
                Study.PruningBarrier,
                false,
                correction,
                round,
                1 - (double)pruned.Kept / pruned.Prunable.Sum(p => (long)p.Count),
                new BarrierStage(new StageNetwork(seed.A), new StageNetwork(pruned), correction, _options)
            );
    }

    /// <summary>LTH at the origin, dense A to its right, and the permuted solution above, moved back to where A is.</summary>
    private IEnumerable<PlannedStudy> Planes(SeedPlanner seed)
    {
        foreach (double sparsity in grid.Sparsities)
        foreach (int k in grid.RewindEpochs)
        {
            StageNetwork[] networks =
            [
                new(seed.Sparse(Methods.Lth, seed, sparsity, k)),
                new(seed.A),
                new(seed.Sparse(Methods.Permuted, seed, sparsity, k), seed.MatchWith(seed), Inverse: true),
            ];
            yield return new PlannedPlane(
                model.Title,
                seed.Seed,
                sparsity,
                k,
                ["LTH", "dense A", "permuted, moved back by π⁻¹"],
                [.. Enumerable.Range(0, _options.PlanePoints).Select(row => new PlaneRowStage(networks, row, _options))]
            );
        }
    }

    /// <summary>
    /// Dense and IMP: one network a seed. LTH: one mask and start, another order of batches a seed. Permuted, naive and others: one ticket,
    /// another B a seed.
    /// </summary>
    private IEnumerable<PlannedStudy> Ensembles()
    {
        SeedPlanner first = seeds[0];
        yield return Ensemble(Methods.Dense.Name, 0, null, [.. seeds.Select(seed => new StageNetwork(seed.A))], null);
        foreach (double sparsity in grid.Sparsities)
        {
            yield return Ensemble(
                Methods.Imp.Name,
                sparsity,
                null,
                [.. seeds.Select(seed => new StageNetwork(seed.PrunedA(sparsity)))],
                null
            );
            foreach (int k in grid.RewindEpochs)
            foreach (Method method in grid.Members)
            {
                SparseStage[] members = [.. seeds.Select(seed => seed.Sparse(method, first, sparsity, k))];
                yield return Ensemble(
                    method.Name,
                    sparsity,
                    k,
                    [.. members.Select(member => new StageNetwork(member))],
                    [.. members.Select(Aligned).OfType<StageNetwork>()]
                );
            }
        }
    }

    /// <summary>
    /// Where all have A's mask: as they are, or moved back by their own π⁻¹ each; they have one mask then, and so has their mean.
    /// </summary>
    private StageNetwork? Aligned(SparseStage member) =>
        member.Mask switch
        {
            PrunedMask mask when mask.IsOf(seeds[0].A) => new(member),
            MovedMask mask => new(member, mask.Match, Inverse: true),
            _ => null,
        };

    private PlannedEnsemble Ensemble(string method, double sparsity, int? k, StageNetwork[] members, StageNetwork[]? aligned) =>
        new(
            model.Title,
            seeds[0].Seed,
            method,
            sparsity,
            k,
            members.Length,
            new EnsembleStage(method, members),
            aligned is null || aligned.Length < members.Length ? null : new SoupStage(method, aligned, _options)
        );
}
