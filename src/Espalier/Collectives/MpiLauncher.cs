namespace Espalier.Collectives;

/// <summary>Whose environment a rank of MPI was started in.</summary>
internal enum MpiLauncher
{
    /// <summary>None that is known.</summary>
    None,

    /// <summary>Open MPI's mpirun, or PMIx.</summary>
    OpenMpi,

    /// <summary>MPICH's mpiexec, or another with PMI.</summary>
    Mpich,

    /// <summary>Slurm's srun, without either.</summary>
    Slurm,
}
