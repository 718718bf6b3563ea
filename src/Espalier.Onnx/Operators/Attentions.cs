using Espalier.Networks;
using Espalier.Onnx.Values;

namespace Espalier.Onnx.Operators;

/// <summary>softmax(q·kᵀ / √d)·v, however queries, keys and values came to their axes.</summary>
internal static class Attentions
{
    /// <summary>A product of two values: of queries and keys, or of their softmax and values.</summary>
    public static Value MatMul(Step step)
    {
        if (step.Required(0) is Scores { IsShare: true } shares)
            return Attended(step, shares, step.Activation(1));
        (Activation queries, double ofQueries) = Unscaled(step, step.Required(0));
        (Activation keys, double ofKeys) = Unscaled(step, step.Required(1));
        return new Scores(step.Node, queries, keys, ofQueries * ofKeys);
    }

    /// <summary>Scores times a number.</summary>
    public static Value Scaled(Step step, Scores scores, double factor) =>
        scores.IsShare
            ? throw step.Refuse("scales what an attention's softmax gives")
            : new Scores(step.Node, scores.Queries, scores.Keys, scores.Factor * factor);

    /// <summary>Their softmax along keys.</summary>
    public static Value Softmax(Step step, Scores scores)
    {
        int rank = scores.Queries.Axes.Rank;
        return !scores.IsShare && step.Axis(step.Int("axis", step.Opset < 13 ? 1 : -1), rank) == rank - 1
            ? new Scores(step.Node, scores.Queries, scores.Keys, scores.Factor, isShare: true)
            : throw step.Refuse("takes a softmax along another axis than an attention's keys");
    }

    private static (Activation X, double Factor) Unscaled(Step step, Value value)
    {
        double factor = 1;
        while (value is Deferred { Form: Form.Scaled } scaled)
            (value, factor) = (scaled.Parts[0], factor * scaled.Number);
        return (step.Resolved(value), factor);
    }

    private static Activation Attended(Step step, Scores scores, Activation values)
    {
        Activation q = Flat.AsTokens(step, scores.Queries),
            k = Flat.AsTokens(step, scores.Keys),
            v = Flat.AsTokens(step, values);
        int rank = q.Axes.Rank;
        if (rank < 2 || k.Axes.Rank != rank || v.Axes.Rank != rank)
            throw Unlike(step);
        int[] swap = [.. Enumerable.Range(0, rank - 2), rank - 1, rank - 2];
        // All three as [.., tokens, units], with the heads among the leading axes.
        if (!q.Axes.Same(v.Axes) || !q.Axes.Same(k.Axes.Transposed(swap)))
            throw Unlike(step);
        (int node, int units) = Joined(step, q, k, v);
        Shape shape = step.Draft.ShapeOf(node);
        int each = (int)q.Axes.Lengths[rank - 1],
            heads = each > 0 && units % each == 0 ? units / each : 0;
        Axes wanted = new([
            Axes.Whole(Dim.Batch, step.Draft.Batch).Concat(heads > 1 ? [new Atom(Dim.Channels, each, heads)] : []),
            Axes.Whole(Dim.Rows, shape.Height),
            Axes.Whole(Dim.Channels, each),
        ]);
        Axes found = new([Enumerable.Range(0, rank - 2).SelectMany(axis => q.Axes[axis]), q.Axes[rank - 2], q.Axes[rank - 1]]);
        if (heads == 0 || shape.IsFlat || !found.Same(wanted))
            throw Unlike(step);
        double usual = 1 / Math.Sqrt(each);
        if (!(Math.Abs(scores.Factor - usual) <= 1e-3 * usual))
            throw step.Refuse(
                FormattableString.Invariant($"is an attention that scales by {scores.Factor}; expected {usual}, of {each} units a head")
            );
        return new Activation(step.Emit(new Attention(heads), null, node), q.Axes);
    }

    /// <summary>One node whose channels are queries, keys and values.</summary>
    private static (int Node, int Units) Joined(Step step, Activation q, Activation k, Activation v)
    {
        int all = step.Draft.ShapeOf(q.Node).Channels;
        if (q.Part is null && k.Part is null && v.Part is null)
            return (step.Emit(new Concat(), null, q.Node, k.Node, v.Node), all);
        int units = all / 3;
        return q.Node == k.Node && q.Node == v.Node && q.Part == (0, units) && k.Part == (units, units) && v.Part == (2 * units, units)
            ? (q.Node, units)
            : throw step.Refuse(
                "is an attention whose queries, keys and values do not follow each other as thirds of one layer's channels"
            );
    }

    private static InputException Unlike(Step step) =>
        step.Refuse("multiplies two values in another way than attention, softmax(q·kᵀ)·v of heads with units side by side, does");
}
