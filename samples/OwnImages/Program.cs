// Images of one's own, a folder a class, and a convolutional network that is trained on them.
//   dotnet run -c Release --project samples/OwnImages [DIR with train/CLASS/*.jpg and val/CLASS/*.jpg]
using Espalier.Data;
using Espalier.Execution;
using Espalier.Images;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Runtime;
using Espalier.Training;
using Espalier.Weights;
using SkiaSharp;
using static TorchSharp.torch;

ComputeThreads.Use(1);
string folder = args.Length > 0 ? args[0] : Draw(Path.Combine(Path.GetTempPath(), "espalier-images"));

// 1. Any size and format; they are resized and cropped, and their own mean and deviation are measured.
DataSet set = OwnImages.Open($"folder:{folder}", new OwnImageOptions { Size = (32, 32) }, new ImageDecoder());
Console.WriteLine($"{set.Train.Count} and {set.Test.Count} images of {string.Join(", ", set.Train.Classes)}; {set.Normalization}");

// 2. A network for these images and as many classes.
var builder = new NetworkBuilder("small", channels: 3, height: 32, width: 32);
builder.Chain(
    0,
    ("conv1", new Conv(8, 3, 2, 1)),
    ("bn1", new BatchNorm()),
    ("relu1", new Relu()),
    ("conv2", new Conv(16, 3, 2, 1)),
    ("bn2", new BatchNorm()),
    ("relu2", new Relu()),
    ("pool", new GlobalAveragePool()),
    ("flatten", new Flatten()),
    ("classes", new Linear(set.Train.Classes.Count))
);
Network network = builder.Build();

// 3. Trained with random flips and crops; the moving average of its weights is kept beside them.
var options = new TrainingOptions
{
    Epochs = 15,
    BatchSize = 20,
    Precision = Precision.Float32,
    Augmentation = Augmentation.Standard,
    EmaDecay = 0.9,
};
using var data = new TrainingData(set, options.Augmentation, options.Precision, CPU);
WeightSet start = Initialization.KaimingNormal(network, new RandomStream(0, "init"));
TrainingResult trained = new Trainer(options, data).Train(new TrainingRun(start, null, 0, "data"));
Console.WriteLine($"{trained.TestAccuracyPercent:0.0} % right, their moving average {trained.EmaTestAccuracyPercent:0.0} %");
return trained.TestAccuracyPercent > 75 ? 0 : 1;

// Circles and squares of any size, place and colour.
static string Draw(string folder)
{
    var random = new RandomStream(0, "drawn");
    foreach ((string part, int count) in new[] { ("train", 200), ("val", 50) })
    foreach (string shape in new[] { "circle", "square" })
    {
        string place = Directory.CreateDirectory(Path.Combine(folder, part, shape)).FullName;
        for (int i = 0; i < count; i++)
        {
            using var bitmap = new SKBitmap(48, 40);
            using var canvas = new SKCanvas(bitmap);
            using var paint = new SKPaint { Color = SKColor.FromHsl(random.NextInt(360), 80, 70), IsAntialias = true };
            canvas.Clear(SKColor.FromHsl(random.NextInt(360), 30, 10));
            int size = 8 + random.NextInt(8),
                x = size + random.NextInt(48 - 2 * size),
                y = size + random.NextInt(40 - 2 * size);
            if (shape == "circle")
                canvas.DrawCircle(x, y, size, paint);
            else
                canvas.DrawRect(x - size, y - size, 2 * size, 2 * size, paint);
            using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
            File.WriteAllBytes(Path.Combine(place, $"{i:000}.png"), png.ToArray());
        }
    }
    return folder;
}
