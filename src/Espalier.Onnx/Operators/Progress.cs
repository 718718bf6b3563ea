using Espalier.Onnx.Drafting;
using Espalier.Onnx.Format;
using Espalier.Onnx.Values;

namespace Espalier.Onnx.Operators;

/// <summary>What has been read of a model.</summary>
/// <param name="File">The model's file.</param>
/// <param name="Opset">Version of its operators.</param>
/// <param name="Draft">The network so far.</param>
/// <param name="Values">What the model's names stand for.</param>
internal sealed record Progress(ModelFile File, long Opset, Draft Draft, Dictionary<string, Value> Values);
