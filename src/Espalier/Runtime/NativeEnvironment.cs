using System.Runtime.InteropServices;

namespace Espalier.Runtime;

/// <summary>The environment that native libraries read. .NET keeps one of its own, which they do not see.</summary>
internal static partial class NativeEnvironment
{
    /// <summary>Sets a variable for native code and for .NET; null removes it.</summary>
    public static void Set(string name, string? value)
    {
        Environment.SetEnvironmentVariable(name, value);
        if (OperatingSystem.IsWindows())
            return;
        try
        {
            _ = value is null ? UnsetEnv(name) : SetEnv(name, value, 1);
        }
        catch (Exception fault) when (fault is EntryPointNotFoundException or DllNotFoundException)
        {
            // another C library than those that libtorch is built for: then there is no libtorch either
        }
    }

    /// <summary>What native code would read; null where it is not set.</summary>
    public static string? Get(string name) =>
        OperatingSystem.IsWindows() ? Environment.GetEnvironmentVariable(name) : Marshal.PtrToStringUTF8(GetEnv(name));

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint GetEnv(string name);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnv(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "unsetenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UnsetEnv(string name);
}
