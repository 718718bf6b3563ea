using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

// Copies a 64-bit little-endian ELF library and, in the copy, makes one needed symbol version optional:
// VER_FLG_WEAK on its entry in .gnu.version_r, and STB_WEAK on the symbols bound to it.
public sealed class WeakenElfSymbolVersion : Task
{
    [Required]
    public string Source { get; set; }

    [Required]
    public string Destination { get; set; }

    [Required]
    public string Version { get; set; }

    [Required]
    public string AllowedSymbols { get; set; }

    const uint ShtDynsym = 11,
        ShtGnuVerneed = 0x6ffffffe,
        ShtGnuVersym = 0x6fffffff;

    public override bool Execute()
    {
        byte[] elf = File.ReadAllBytes(Source);
        if (elf.Length < 64 || elf[0] != 0x7f || elf[1] != 'E' || elf[2] != 'L' || elf[3] != 'F' || elf[4] != 2 || elf[5] != 1)
        {
            Log.LogError("{0} is not a 64-bit little-endian ELF file.", Source);
            return false;
        }

        var allowed = new HashSet<string>(AllowedSymbols.Split(';'));
        Section dynsym = Find(elf, ShtDynsym),
            versym = Find(elf, ShtGnuVersym),
            verneed = Find(elf, ShtGnuVerneed);
        int dynstr = SectionAt(elf, dynsym.Link).Offset,
            needstr = SectionAt(elf, verneed.Link).Offset;

        int weakened = 0;
        for (int need = verneed.Offset; ; )
        {
            int count = U16(elf, need + 2),
                next = I32(elf, need + 12);
            for (int i = 0, aux = need + I32(elf, need + 8); i < count; i++, aux += I32(elf, aux + 12))
            {
                if (Text(elf, needstr + I32(elf, aux + 8)) != Version)
                    continue;
                int index = U16(elf, aux + 6);
                for (int s = 0; s < dynsym.Size / 24; s++)
                {
                    if ((U16(elf, versym.Offset + 2 * s) & 0x7fff) != index)
                        continue;
                    int symbol = dynsym.Offset + 24 * s;
                    string name = Text(elf, dynstr + I32(elf, symbol));
                    if (!allowed.Contains(name))
                    {
                        Log.LogError("{0} needs {1}@{2}, which cannot be made optional.", Source, name, Version);
                        return false;
                    }
                    elf[symbol + 4] = (byte)(2 << 4 | elf[symbol + 4] & 0xf); // STB_WEAK
                    weakened++;
                }
                elf[aux + 4] |= 2; // VER_FLG_WEAK
            }
            if (next == 0)
                break;
            need += next;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Destination));
        File.Delete(Destination); // it may be hard-linked into bin/: never write through the link
        File.WriteAllBytes(Destination, elf);
        Log.LogMessage(MessageImportance.High, "{0}: {1} symbol(s) at {2} made optional", Path.GetFileName(Source), weakened, Version);
        return true;
    }

    struct Section
    {
        public uint Type;
        public int Offset,
            Size,
            Link;
    }

    static Section SectionAt(byte[] elf, int index)
    {
        int at = checked((int)BitConverter.ToInt64(elf, 0x28)) + index * U16(elf, 0x3a);
        return new Section
        {
            Type = BitConverter.ToUInt32(elf, at + 4),
            Offset = checked((int)BitConverter.ToInt64(elf, at + 24)),
            Size = checked((int)BitConverter.ToInt64(elf, at + 32)),
            Link = I32(elf, at + 40),
        };
    }

    static Section Find(byte[] elf, uint type)
    {
        for (int i = 0; i < U16(elf, 0x3c); i++)
        {
            Section s = SectionAt(elf, i);
            if (s.Type == type)
                return s;
        }
        throw new InvalidDataException("ELF section of type 0x" + type.ToString("x") + " not found");
    }

    static int U16(byte[] b, int at)
    {
        return BitConverter.ToUInt16(b, at);
    }

    static int I32(byte[] b, int at)
    {
        return BitConverter.ToInt32(b, at);
    }

    static string Text(byte[] b, int at)
    {
        return Encoding.ASCII.GetString(b, at, Array.IndexOf(b, (byte)0, at) - at);
    }
}
