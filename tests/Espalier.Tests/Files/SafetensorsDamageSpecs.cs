using System.Buffers.Binary;
using System.Text;
using Espalier.Files;
using Xunit;

namespace Espalier.Tests.Files;

public sealed class SafetensorsDamageSpecs
{
    private const string One = "{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}";

    internal static byte[] Make(string header, byte[] data) =>
        Make((ulong)Encoding.UTF8.GetByteCount(header), Encoding.UTF8.GetBytes(header), data);

    private static byte[] Make(ulong length, byte[] header, byte[] data)
    {
        byte[] prefix = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, length);
        return [.. prefix, .. header, .. data];
    }

    private static string Entry(string type, string shape, string places) =>
        $"{{\"w\":{{\"dtype\":\"{type}\",\"shape\":{shape},\"data_offsets\":{places}}}}}";

    // What the header says, the bytes of data that follow, and what the refusal must contain.
    public static TheoryData<string, int, string> Headers { get; } =
        new()
        {
            { "", 0, "does not begin with '{'" },
            { "    ", 0, "does not begin with '{'" },
            { " {}", 0, "does not begin with '{'" },
            { "[]", 0, "does not begin with '{'" },
            { "{", 0, "JSON" },
            { "{}x", 0, "JSON" },
            { "{}{}", 0, "JSON" },
            { "{,}", 0, "JSON" },
            { "{\"w\":" + One + ",}", 1, "JSON" },
            { "{\"w\":" + One + "/**/}", 1, "JSON" },
            { "{\"w\":{\"dtype\":\"U8\",\"shape\":[[[[[1]]]]],\"data_offsets\":[0,1]}}", 1, "shape" },
            { "{\"w\":1}", 1, "should be an object" },
            { "{\"w\":null}", 1, "should be an object" },
            { "{\"w\":[]}", 1, "should be an object" },
            { "{\"w\":{}}", 1, "lacks its dtype" },
            { "{\"w\":{\"dtype\":\"U8\",\"shape\":[1]}}", 1, "lacks its dtype" },
            { "{\"w\":{\"dtype\":\"U8\",\"data_offsets\":[0,1]}}", 1, "lacks its dtype" },
            { "{\"w\":{\"shape\":[1],\"data_offsets\":[0,1]}}", 1, "lacks its dtype" },
            { "{\"w\":{\"dtype\":\"U8\",\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", 1, "twice" },
            { "{\"w\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1],\"more\":1}}", 1, "'more'" },
            { "{\"w\":" + One + ",\"w\":" + One + "}", 1, "occurs twice" },
            { "{\"w\":" + One + ",\"\\u0077\":" + One + "}", 1, "occurs twice" },
            { "{\"\\ud800\":" + One + "}", 1, "Unicode" },
            { Entry("F8_E4M3", "[1]", "[0,1]"), 1, "F8_E4M3" },
            { Entry("u8", "[1]", "[0,1]"), 1, "expected one of F32" },
            { "{\"w\":{\"dtype\":8,\"shape\":[1],\"data_offsets\":[0,1]}}", 1, "should be text" },
            { Entry("U8", "1", "[0,1]"), 1, "should be a list" },
            { Entry("U8", "[-1]", "[0,1]"), 1, "whole numbers" },
            { Entry("U8", "[1.5]", "[0,1]"), 1, "whole numbers" },
            { Entry("U8", "[\"1\"]", "[0,1]"), 1, "whole numbers" },
            { Entry("U8", "[9223372036854775808]", "[0,1]"), 1, "whole numbers" },
            { Entry("U8", "[4294967296,4294967296]", "[0,0]"), 0, "impossible shape" },
            { Entry("U8", "[4611686018427387904,8,0]", "[0,0]"), 0, "impossible shape" },
            { Entry("F64", "[2305843009213693952]", "[0,0]"), 0, "impossible shape" },
            { Entry("U8", "[" + string.Join(',', Enumerable.Repeat(1, 65)) + "]", "[0,1]"), 1, "more than 64" },
            { Entry("U8", "[1]", "[0]"), 1, "2 were expected" },
            { Entry("U8", "[1]", "[0,1,2]"), 1, "more than 2" },
            { Entry("U8", "[1]", "[-1,0]"), 1, "whole numbers" },
            { Entry("U8", "[1]", "[1,0]"), 1, "before its begin" },
            { Entry("F32", "[1]", "[0,1]"), 1, "needs 4" },
            { Entry("U8", "[]", "[0,0]"), 0, "needs 1" },
            { Entry("U8", "[0]", "[0,1]"), 1, "needs 0" },
            { Entry("U8", "[1]", "[1,2]"), 2, "no tensor holds the bytes 0 to 1" },
            { Entry("U8", "[2]", "[0,2]"), 1, "cut off" },
            { Entry("U8", "[9000000000000000000]", "[0,9000000000000000000]"), 1, "cut off" },
            { Entry("U8", "[1]", "[0,1]"), 2, "1 bytes follow" },
            { "{}", 1, "1 bytes follow" },
            { "{\"a\":" + One + ",\"b\":" + One + "}", 1, "inside the tensor before" },
            {
                """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}""",
                3,
                "inside the tensor before"
            },
            { "{\"a\":" + One + ",\"b\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[2,3]}}", 3, "no tensor holds the bytes 1 to 2" },
            { "{\"__metadata__\":1}", 0, "should be an object" },
            { "{\"__metadata__\":{\"a\":1}}", 0, "should be text" },
            { "{\"__metadata__\":{\"a\":null}}", 0, "should be text" },
            { "{\"__metadata__\":{\"a\":{\"b\":\"c\"}}}", 0, "should be text" },
            { "{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}", 0, "occurs twice" },
            { "{\"__metadata__\":{},\"__metadata__\":{}}", 0, "occurs twice" },
        };

    [Theory]
    [MemberData(nameof(Headers))]
    public void A_header_that_says_something_impossible_is_refused_with_a_sentence(string header, int data, string expected) =>
        Refusal.Of(() => SafetensorsSpecs.Read(Make(header, new byte[data])), "'the-file'", expected);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    public void A_file_without_room_for_the_length_is_refused(int size) =>
        Refusal.Of(() => SafetensorsSpecs.Read(new byte[size]), "'the-file'", $"it has {size} bytes");

    [Theory]
    [InlineData(3UL, "cut off")]
    [InlineData(100_000_000UL, "cut off")]
    [InlineData(100_000_001UL, "the limit is 100000000")]
    [InlineData(ulong.MaxValue, "the limit is 100000000")]
    [InlineData(1UL << 63, "the limit is 100000000")]
    public void A_header_longer_than_the_file_is_refused(ulong length, string expected) =>
        Refusal.Of(() => SafetensorsSpecs.Read(Make(length, "{}"u8.ToArray(), [])), "'the-file'", expected);

    [Fact]
    public void A_header_that_is_not_utf8_is_refused() =>
        Refusal.Of(() => SafetensorsSpecs.Read(Make(16, [.. "{\"__metadata__\":"u8], [])), "'the-file'", "JSON");

    [Fact]
    public void A_name_that_is_not_utf8_is_refused()
    {
        byte[] header = [.. "{\"w"u8, 0xff, .. "\":"u8, .. Encoding.ASCII.GetBytes(One), .. "}"u8];
        Refusal.Of(() => SafetensorsSpecs.Read(Make((ulong)header.Length, header, [1])), "'the-file'", "");
    }

    [Fact]
    public void Every_cut_of_a_file_is_refused()
    {
        byte[] whole = SafetensorsSpecs.Write([
            StoredTensor.FromFloats("w", [2], [1, 2]),
            StoredTensor.FromBools("m", [3], [true, false, true]),
        ]);
        for (int length = 0; length < whole.Length; length++)
            Assert.Throws<InputException>(() => SafetensorsSpecs.Read(whole[..length]));
    }

    [Fact]
    public void A_path_that_cannot_be_read_is_refused()
    {
        using TempFolder folder = new();
        Refusal.Of(() => Safetensors.Read(folder["none"]), folder["none"], "there is no such file");
        Refusal.Of(() => Safetensors.Read(folder["none/none"]), folder["none/none"], "there is no such file");
        Refusal.Of(() => Safetensors.Read(folder.Path), folder.Path, "it is a folder");
        Refusal.Of(() => Safetensors.Read(""), "", "not a file name");
        Refusal.Of(() => TorchCheckpoint.Read(folder["none"]), folder["none"], "there is no such file");
    }
}
