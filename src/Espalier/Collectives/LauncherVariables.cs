namespace Espalier.Collectives;

/// <summary>What launchers of ranks leave in the environment.</summary>
internal static class LauncherVariables
{
    /// <summary>The place that they speak of; null where they speak of no other rank.</summary>
    /// <param name="variable">Looks one up.</param>
    public static RankPlace? Read(Func<string, string?> variable)
    {
        // PMIx has no variable for the size; Slurm tells it. mpirun's own comes first: within a job Slurm's count mpirun's helpers.
        MpiLauncher slurm = variable("PMIX_RANK") is null ? MpiLauncher.Slurm : MpiLauncher.OpenMpi;
        (string Rank, string Size, string LocalRank, string LocalSize, MpiLauncher Launcher)[] known =
        [
            (
                "OMPI_COMM_WORLD_RANK",
                "OMPI_COMM_WORLD_SIZE",
                "OMPI_COMM_WORLD_LOCAL_RANK",
                "OMPI_COMM_WORLD_LOCAL_SIZE",
                MpiLauncher.OpenMpi
            ),
            ("PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID", "MPI_LOCALNRANKS", MpiLauncher.Mpich),
            ("SLURM_PROCID", "SLURM_STEP_NUM_TASKS", "SLURM_LOCALID", "SLURM_NTASKS_PER_NODE", slurm),
        ];
        foreach ((string rank, string size, string localRank, string localSize, MpiLauncher launcher) in known)
            if (RankPlace.Number(variable(rank)) is { } r && RankPlace.Number(variable(size)) is { } s && r < s)
                return s == 1
                    ? null
                    : new RankPlace(r, s, null)
                    {
                        Launcher = launcher,
                        LocalRank = RankPlace.Number(variable(localRank)) ?? RankPlace.Number(variable("SLURM_LOCALID")) ?? r,
                        LocalSize = RankPlace.Number(variable(localSize)) is { } here and > 0 ? Math.Min(here, s) : s,
                    };
        return null;
    }
}
