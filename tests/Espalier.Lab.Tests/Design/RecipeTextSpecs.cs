using Espalier.Lab.Design;
using Espalier.Lab.Design.Recipes;
using Xunit;

namespace Espalier.Lab.Tests.Design;

/// <summary>
/// The options of a recipe as <c>grid.json</c> spells them: their names, their order and their defaults are what files rely on.
/// </summary>
public class RecipeTextSpecs
{
    [Theory]
    [InlineData("paper", "fashion-mnist-10k", Paper)]
    [InlineData("released", "cifar10", Released)]
    public void A_recipe_is_spelled_as_it_always_was(string recipe, string dataSet, string expected)
    {
        var grid = new Grid
        {
            DataSet = dataSet,
            Recipe = recipe,
            Options = NamedRecipes.Of(recipe, dataSet),
        };
        string[] lines = GridFile.Text(grid).Split('\n');
        int first = Array.FindIndex(lines, line => line.Trim() == "\"options\": {");
        string[] options = [.. lines.Skip(first + 1).TakeWhile(line => line.Trim() != "},").Select(line => line.Trim().Trim(','))];
        Assert.Equal(expected.Split('\n'), options);
        Assert.Equal(options.Select(line => line.Split('"')[1]), GridFile.OptionKeys);
    }

    private const string Paper = """
        "epochs": 200
        "batch_size": 128
        "learning_rate": 0.08
        "momentum": 0.9
        "weight_decay": 0.0005
        "schedule": "cosine-by-steps"
        "precision": "b-float16"
        "augment": null
        "resized_crop": null
        "drop_last": false
        "normalization": null
        "train_images": null
        "evaluate_every": 1
        "round_fraction": 0.2
        "round_epochs": 50
        "round_learning_rate": 0.01
        "round_momentum": 0.9
        "round_weight_decay": 0.0005
        "prunable": "no-shortcuts"
        "round_rewind": "none"
        "interpolate_normalization": false
        "sparsity_tolerance": 0
        "match_images": 10000
        "match_score": "correlation"
        "match_augmented": false
        "match_taps": "last"
        "match_epsilon": 0.0001
        "sparse_learning_rate": 0.02
        "rewind_shift": 0
        "curve_points": 25
        "curve_refinements": 3
        "plane_points": 25
        "plane_margin": 0.2
        "statistics_images": 1000
        "reestimate_ends": false
        "study_images": null
        "scale_gradients": false
        "rescale_fan_in": false
        "update_every": 100
        "update_fraction": 0.3
        "update_until": 0.75
        "ticket_classifier": true
        "ticket_others": "own"
        "compare": "none"
        "snip_batches": 1
        "syn_flow_rounds": 100
        "grasp_batches": 1
        "grasp_temperature": 200
        "gamma_sal": 0.3
        "acdc_warm_up": 0.1
        "acdc_phase": 0.05
        "acdc_final": 0.85
        "ham": false
        "ham_alpha": 200
        "ham_beta": 0.001
        "sign_in": false
        "sign_in_beta": 1
        "sign_in_every": 1
        "nesterov": false
        "adamw": false
        "label_smoothing": 0
        "warmup_epochs": 0
        "warmup_steps": 0
        "sync_batch_norm": false
        "ema_decay": 0
        "criterion": "magnitude"
        """;

    private const string Released = """
        "epochs": 200
        "batch_size": 128
        "learning_rate": 0.08
        "momentum": 0.9
        "weight_decay": 0.0005
        "schedule": "cosine-by-epochs"
        "precision": "b-float16"
        "augment": null
        "resized_crop": null
        "drop_last": true
        "normalization": "imagenet"
        "train_images": null
        "evaluate_every": 1
        "round_fraction": 0.2
        "round_epochs": 50
        "round_learning_rate": 0.01
        "round_momentum": 0
        "round_weight_decay": 0
        "prunable": "no-shortcuts"
        "round_rewind": "none"
        "interpolate_normalization": false
        "sparsity_tolerance": 0.005
        "match_images": 50000
        "match_score": "correlation"
        "match_augmented": true
        "match_taps": "final-stream-one-block-early"
        "match_epsilon": 0.0001
        "sparse_learning_rate": 0.02
        "rewind_shift": 1
        "curve_points": 25
        "curve_refinements": 3
        "plane_points": 25
        "plane_margin": 0.2
        "statistics_images": 1000
        "reestimate_ends": true
        "study_images": null
        "scale_gradients": false
        "rescale_fan_in": false
        "update_every": 100
        "update_fraction": 0.3
        "update_until": 0.75
        "ticket_classifier": true
        "ticket_others": "own"
        "compare": "none"
        "snip_batches": 1
        "syn_flow_rounds": 100
        "grasp_batches": 1
        "grasp_temperature": 200
        "gamma_sal": 0.3
        "acdc_warm_up": 0.1
        "acdc_phase": 0.05
        "acdc_final": 0.85
        "ham": false
        "ham_alpha": 200
        "ham_beta": 0.001
        "sign_in": false
        "sign_in_beta": 1
        "sign_in_every": 1
        "nesterov": false
        "adamw": false
        "label_smoothing": 0
        "warmup_epochs": 0
        "warmup_steps": 0
        "sync_batch_norm": false
        "ema_decay": 0
        "criterion": "magnitude"
        """;
}
