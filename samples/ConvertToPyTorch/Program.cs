// A sparse network, back into a PyTorch training: state dicts as torch.save writes them, read again here.
//   dotnet run -c Release --project samples/ConvertToPyTorch
using Espalier.Data;
using Espalier.Execution;
using Espalier.Files;
using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Runtime;
using Espalier.Symmetry;
using Espalier.Training;
using Espalier.Weights;
using static TorchSharp.torch;

ComputeThreads.Use(1);
string folder = args.Length > 0 ? args[0] : Path.Combine(Path.GetTempPath(), "espalier-pytorch");
using var data = new TrainingData(DataSets.Open(DataSets.Embedded), Augmentation.None, Precision.Float32, CPU);
Network network = Models.Build("mlp:depth=2,width=64", Shape.Maps(1, 28, 28), classes: 10);

// 1. A ticket: a trained network, and the mask that keeps a tenth of it.
using WeightSet trained = new Trainer(new TrainingOptions { Epochs = 1, Precision = Precision.Float32 }, data)
    .Train(new TrainingRun(Initialization.KaimingNormal(network, new RandomStream(0, "A.init")), null, 0, "A.data"))
    .Final;
using Mask dense = Mask.Dense(trained.Layout, PrunableSet.NoShortcuts.Of(network)),
    mask = GlobalMagnitude.Prune(trained, dense, dense.PrunableCount / 10);

// 2. As torch.nn.utils.prune leaves a pruned network, weight_orig beside weight_mask; and with zeros for those who want one array.
string pairs = Path.Combine(folder, "ticket.pth"),
    zeros = Path.Combine(folder, "zeros.pth");
TensorFormat.Write(pairs, StateDict.Pruned(trained, mask));
using (WeightSet masked = trained.Masked(mask))
    TensorFormat.Write(zeros, StateDict.Of(masked));
Console.WriteLine($"{pairs}: {string.Join(", ", StateDict.Pruned(trained, mask).Take(3).Select(array => array.Name))}, ...");

// 3. Files of PyTorch's are read by what is in them, and converted from one form into another.
Conversion kept = Conversion.Of(pairs, ConversionForm.Mask, network: network);
TensorFormat.Write(Path.Combine(folder, "mask.safetensors"), kept.Tensors, kept.Metadata);
using WeightSet again = WeightsFile.Read(pairs, network),
    other = WeightsFile.Read(zeros, network);
using Mask found = MaskFile.Read(Path.Combine(folder, "mask.safetensors"), network);
bool isSame = again.BitEquals(other) && found.BitEquals(mask);
Console.WriteLine(isSame ? "both files hold the same network, and the mask is the ticket's" : "the files differ");

// 4. In PyTorch, with the module that has these names:
Console.WriteLine(
    $"""
    import torch, torch.nn.utils.prune as prune
    for name in ("fc1", "fc2", "fc3"):
        prune.identity(getattr(model, name), "weight")
    model.load_state_dict(torch.load("{pairs}", weights_only=True))
    """
);
return isSame ? 0 : 1;
