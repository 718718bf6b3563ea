using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Design.Recipes;
using Espalier.Lab.Findings;
using Xunit;

namespace Espalier.Lab.Tests.Design;

/// <summary>
/// Every option of a recipe, read off the recipe itself, is part of the names of the stages that compute with it, and of no others but
/// those that follow from them.
/// </summary>
public sealed partial class OptionReachSpecs
{
    /// <summary>
    /// The kinds of stages that are told of an option themselves. An option that is not here fails the test: whoever adds one says where it
    /// acts.
    /// </summary>
    private static readonly Dictionary<string, string> Reach = Listed(
        ("dense match sparse", "epochs"), // a π found at the end of B's training, the T − k epochs after rewinding
        ("dense prune sparse", "batch_size schedule precision augment resized_crop drop_last evaluate_every"),
        ("dense sparse", "momentum weight_decay"),
        ("dense prune sparse", "nesterov adamw label_smoothing warmup_epochs warmup_steps sync_batch_norm ema_decay"),
        ("dense", "learning_rate normalization train_images"), // the others take their images from it
        ("prune", "round_epochs round_learning_rate round_momentum round_weight_decay round_rewind interpolate_normalization"),
        ("prune", "criterion"),
        ("prune", "prunable"), // an mlp has no shortcuts: masks that only count weights have the same arrays
        ("barrier prune", "round_fraction"), // one curve a round
        ("barrier prune sparse", "sparsity_tolerance"), // random masks keep as many weights as pruning does
        ("match", "match_images match_score match_augmented match_taps match_epsilon"),
        ("match sparse", "rewind_shift"),
        ("sparse", "sparse_learning_rate scale_gradients rescale_fan_in"),
        ("sparse", "ticket_classifier ticket_others"),
        ("sparse", "update_every update_fraction update_until snip_batches syn_flow_rounds grasp_batches grasp_temperature gamma_sal"),
        ("sparse", "acdc_warm_up acdc_phase acdc_final"),
        ("sparse", "ham ham_alpha ham_beta sign_in sign_in_beta sign_in_every"),
        ("ensemble", "compare"),
        ("barrier", "curve_points curve_refinements reestimate_ends"),
        ("plane", "plane_points plane_margin"),
        ("barrier plane soup", "statistics_images study_images")
    );

    /// <summary>Options that sparse training is told of by some methods only.</summary>
    private static readonly string[] OfSomeMethods =
    [
        "ticket_classifier",
        "ticket_others",
        "compare",
        "update_every",
        "update_fraction",
        "update_until",
        "snip_batches",
        "syn_flow_rounds",
        "grasp_batches",
        "grasp_temperature",
        "gamma_sal",
        "acdc_warm_up",
        "acdc_phase",
        "acdc_final",
        "ham_alpha",
        "ham_beta",
        "sign_in_beta",
        "sign_in_every",
    ];

    private static readonly Grid Everything = new()
    {
        Models = ["mlp:depth=2,width=16"],
        Seeds = [0, 1],
        Sparsities = [0.8, 0.9],
        RewindEpochs = [0, 2],
        MatchEpochs = [5, 10],
        Methods = Methods.All,
        MatchVariants =
        [
            .. new[] { "by=weights", "by=combined", "by=iterated", "by=straight-through", "by=saliency of=pruned" }.Select(
                MatchVariant.Parse
            ),
        ],
        Studies = Studies.All,
        Options = new Recipe().With(
            training: t => t with { Epochs = 10 },
            fineTuning: t => t with { Epochs = 2 },
            matching: m => m with { Images = 400 }
        ),
    };

    /// <summary>Optimizers that Sign-In's products are not trained by.</summary>
    private static readonly string[] NotWithSignIn = ["nesterov", "adamw"];

    private static Grid For(string option) =>
        NotWithSignIn.Contains(option)
            ? Everything with
            {
                Methods = [.. Methods.All.Where(method => !method.Name.Contains("sign-in", StringComparison.Ordinal))],
            }
            : Everything;

    private static readonly Lazy<ILookup<string, string>> Before = new(() => Told(Everything));

    public static IEnumerable<TheoryDataRow<string>> Options => GridFile.OptionKeys.Select(option => new TheoryDataRow<string>(option));

    [Theory]
    [MemberData(nameof(Options))]
    public void An_option_changes_the_stages_that_compute_with_it_and_no_others(string option)
    {
        Grid grid = For(option);
        ILookup<string, string> before = grid == Everything ? Before.Value : Told(grid),
            after = Told(grid with { Options = Changed(option) });
        string[] kinds =
        [
            .. before
                .Select(kind => kind.Key)
                .Union(after.Select(kind => kind.Key))
                .Where(kind => !before[kind].SequenceEqual(after[kind]))
                .Order(StringComparer.Ordinal),
        ];
        Assert.Equal(Reach.GetValueOrDefault(option, "not listed"), string.Join(' ', kinds));
    }

    [Fact]
    public void Only_options_of_a_recipe_are_listed() => Assert.Empty(Reach.Keys.Except(GridFile.OptionKeys));

    [Fact]
    public void Where_an_option_has_nothing_to_act_on_finished_stages_keep_their_names()
    {
        Grid ticket = Everything with { Methods = [Methods.Lth], MatchVariants = [], Studies = [] };
        string[] ids = Ids(ticket),
            kinds = [.. Planner.Of(ticket).Stages.Select(stage => stage.Kind).Distinct()];
        Assert.Equal(
            GridFile.OptionKeys.Where(option => OfSomeMethods.Contains(option) || !Reach[option].Split(' ').Intersect(kinds).Any()),
            GridFile.OptionKeys.Where(option => ids.SequenceEqual(Ids(ticket with { Options = Changed(option) })))
        );
    }

    [Fact]
    public void What_the_papers_methods_do_not_read_is_no_deviation_from_its_text()
    {
        Grid paper = Everything with { Methods = Methods.OfThePaper, MatchVariants = [] };
        string[] ids = Ids(paper),
            unread = [.. GridFile.OptionKeys.Where(option => ids.SequenceEqual(Ids(paper with { Options = Changed(option) })))];
        Assert.Contains("ham_alpha", unread);
        Assert.All(unread, option => Assert.Equal(Deviations.Of(paper), Deviations.Of(paper with { Options = Changed(option) })));
        Assert.NotEqual(Deviations.Of(paper), Deviations.Of(paper with { Options = Changed("ham") }));
    }

    [Fact]
    public void An_option_set_to_what_it_is_changes_no_name()
    {
        string[] ids = Ids(Everything);
        foreach ((string option, string value) in GridFile.Describe(Everything.Options))
            Assert.Equal(ids, Ids(Everything with { Options = GridFile.Set(Everything.Options, [$"{option}={value}"]) }));
    }

    private static Dictionary<string, string> Listed(params (string Kinds, string Options)[] lines) =>
        lines
            .SelectMany(line => line.Options.Split(' ').Select(option => (option, line.Kinds)))
            .ToDictionary(pair => pair.option, pair => pair.Kinds, StringComparer.Ordinal);

    private static string[] Ids(Grid grid) => [.. Planner.Of(grid).Stages.Select(stage => stage.Id)];

    /// <summary>What each stage is told beside its inputs, by kind; names of inputs are left out.</summary>
    private static ILookup<string, string> Told(Grid grid) =>
        Planner
            .Of(grid)
            .Stages.Select(stage => (stage.Kind, Options: Names().Replace(stage.Describe()["options"]!.ToJsonString(), "input")))
            .Order()
            .ToLookup(stage => stage.Kind, stage => stage.Options);

    /// <summary>The recipe with another value of an option: the first of some that is one.</summary>
    private static Recipe Changed(string option)
    {
        JsonNode? value = JsonNode.Parse(GridFile.Text(Everything))!["options"]![option];
        IEnumerable<string> numbers =
            value is JsonValue given && given.TryGetValue(out double number)
                ? new[] { number + 1, number * 2, number / 2, number + 0.01 }.Select(other => other.ToString(CultureInfo.InvariantCulture))
                : [];
        IEnumerable<string> names = typeof(Grid)
            .Assembly.GetTypes()
            .Concat(typeof(Espalier.Networks.Network).Assembly.GetTypes())
            .Where(type => type.IsEnum && type.IsPublic)
            .SelectMany(Enum.GetNames)
            .Select(JsonNamingPolicy.KebabCaseLower.ConvertName);
        return new[] { "true", "false" }
            .Concat(numbers)
            .Concat(["5000"])
            .Concat(names)
            .Append("0.5/0.5")
            .Append("snip")
            .Select(candidate => Accepted(option, candidate))
            .First(recipe => recipe is not null && recipe != Everything.Options)!;
    }

    private static Recipe? Accepted(string option, string value)
    {
        try
        {
            Grid grid = For(option) with { Options = GridFile.Set(Everything.Options, [$"{option}={value}"]) };
            _ = Planner.Of(grid.Validated());
            return grid.Options;
        }
        catch (InputException)
        {
            return null;
        }
    }

    [GeneratedRegex("[0-9a-f]{32}")]
    private static partial Regex Names();
}
