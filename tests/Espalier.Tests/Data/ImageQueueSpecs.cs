using Espalier.Data;
using Xunit;

namespace Espalier.Tests.Data;

/// <summary>The queue of images that are made ahead: how long it is, and what becomes of a fault in it.</summary>
public sealed class ImageQueueSpecs
{
    [Fact]
    public void No_more_is_made_than_the_queue_holds_and_nothing_once_nobody_wants_it()
    {
        var made = new Made(1 << 20, threads: 3);
        int[] order = [.. Enumerable.Range(0, 1000).Reverse()];
        const int Queue = 64; // megabytes
        using (var ahead = new ImagesAhead(made, 1 << 20, order))
        {
            for (int i = 0; i < 10; i++)
            {
                Assert.Equal((byte)order[i], ahead.Next()[^1]);
                SpinWait.SpinUntil(() => made.Count >= i + Queue, TimeSpan.FromSeconds(30));
                Assert.InRange(made.Count, i + 1, i + Queue);
            }
        }
        int last = made.Count;
        Assert.Equal(order.Take(last).Order(), made.Images.Order());
        Thread.Sleep(20);
        Assert.Equal(last, made.Count);
    }

    [Fact]
    public void What_is_wrong_with_an_image_is_said_when_its_turn_comes()
    {
        using var ahead = new ImagesAhead(new Made(4, threads: 2) { Bad = 5 }, 4, [.. Enumerable.Range(0, 10)]);
        for (int i = 0; i < 5; i++)
            Assert.Equal((byte)i, ahead.Next()[0]);
        Assert.Contains("image 5", Assert.Throws<InputException>(() => ahead.Next().ToArray()).Message);
    }

    /// <summary>Images whose bytes are their number.</summary>
    private sealed class Made(int size, int threads) : IPixels
    {
        private readonly List<int> _images = [];

        public int? Bad { get; init; }

        public int Threads => threads;

        public int Count
        {
            get
            {
                lock (_images)
                    return _images.Count;
            }
        }

        public IReadOnlyList<int> Images => _images;

        public void Read(int image, WindowChoice? choose, Span<byte> target)
        {
            Assert.Equal(size, target.Length);
            if (image == Bad)
                throw new InputException($"There is no image {image}.");
            target.Fill((byte)image);
            lock (_images)
                _images.Add(image);
        }
    }
}
