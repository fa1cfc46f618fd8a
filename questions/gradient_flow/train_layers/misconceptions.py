"""Wrong answers to train_layers: the reference solution with one fault each."""

from unrolled.checking.catalogue import Misconception

UNTRAINED = "a training that changes nothing in the model"
UNLEARNED = ("one_layer", "two_layers", "network", "budget")  # the last two count once a model is good enough
WHAT_CHANGES = "Is optimizer.step() called, and is the optimizer given the parameters of this model?"

MISCONCEPTIONS = [
    Misconception(
        "no_step",
        at="        optimizer.step()",
        becomes="        pass",
        what=UNTRAINED,
        hint=WHAT_CHANGES,
        caught_by=UNLEARNED,
    ),
    Misconception(
        "somebody_elses_parameters",
        at="torch.optim.Adam(model.parameters(), lr=lr)",
        becomes="torch.optim.Adam(RecurrentRegressionModel(RNN(1, HIDDEN_SIZE, 1)).parameters(), lr=lr)",
        what=UNTRAINED,
        hint=WHAT_CHANGES,
        caught_by=UNLEARNED,
    ),
    Misconception(
        "uphill",
        at="        loss.backward()",
        becomes="        (-loss).backward()",
        what="a training that makes the loss larger",
        hint="Which sign has the loss when backward() is called?",
        caught_by=UNLEARNED,
    ),
    Misconception(
        "a_few_batches",
        at="HIDDEN_SIZE, NUM_BATCHES = 32, 600",
        becomes="HIDDEN_SIZE, NUM_BATCHES = 32, 20",
        what="a training that ends too soon",
        hint="Print the loss: is it still falling when the training ends?",
        caught_by=UNLEARNED,
    ),
    Misconception(
        "only_the_last_step_counts",
        at="last_timestep_only=False, lr=0.01",
        becomes="last_timestep_only=True, lr=0.01",
        what="the loss of the last step only",
        hint="All ten steps are asked for: use the loss of every step.",
        caught_by=UNLEARNED,
    ),
    Misconception(
        "targets_are_sums",
        at="loss_fn(model(x)[0], y, last_timestep_only)",
        becomes="loss_fn(model(x)[0], x.cumsum(dim=1), last_timestep_only)",
        what="sums as targets",
        hint="The targets that generate_batch gives are means.",
        caught_by=UNLEARNED,
    ),
    Misconception(
        "targets_are_inputs",
        at="loss_fn(model(x)[0], y, last_timestep_only)",
        becomes="loss_fn(model(x)[0], x, last_timestep_only)",
        what="the inputs as targets",
        hint="generate_batch gives x and y; the loss compares the predictions with y.",
        caught_by=UNLEARNED,
    ),
    Misconception(
        "targets_from_the_end",
        at="loss_fn(model(x)[0], y, last_timestep_only)",
        becomes="loss_fn(model(x)[0], y.flip(1), last_timestep_only)",
        what="targets in another order than the steps",
        hint="The mean of the first t numbers is asked for at step t.",
        caught_by=UNLEARNED,
    ),
    Misconception(
        "one_layer_twice",
        at="RNN(1, HIDDEN_SIZE, num_layers)",
        becomes="RNN(1, HIDDEN_SIZE, 1)",
        what="two models of one layer",
        hint="The second model's net has two layers.",
        caught_by=("depth",),
    ),
    Misconception(
        "two_layers_first",
        at="for num_layers in (1, 2)]",
        becomes="for num_layers in (2, 1)]",
        what="the model of two layers first",
        hint="models[0] is the one with one layer.",
        caught_by=("depth",),
    ),
    Misconception(
        "computed_not_learnt",
        at="models = [",
        becomes="class Computed(RecurrentRegressionModel):\n"
        "    def forward(self, x):\n"
        "        return x.cumsum(1) / torch.arange(1.0, 1 + x.shape[1])[:, None], self.recurrent_net(x)[0]\n\n\n"
        "models = [Computed(RNN(1, 4, 1)), Computed(RNN(1, 4, 2))] or [",
        what="a mean that is computed, not learned",
        hint="What is asked for is a network that has found it by itself.",
        caught_by=("network",),
        hidden_only="only other weights show it, and the visible test leaves your models alone",
    ),
    Misconception(
        "rate_too_small",
        at="last_timestep_only=False, lr=0.01",
        becomes="last_timestep_only=False, lr=0.0003",
        what="a learning rate with which so many batches are too few",
        hint="Print the loss: is it still falling when the training ends?",
        caught_by=UNLEARNED,
    ),
    Misconception(
        "rate_too_large",
        at="last_timestep_only=False, lr=0.01",
        becomes="last_timestep_only=False, lr=1.0",
        what="a learning rate with which every step goes too far",
        hint="Print the loss: does it fall at all?",
        caught_by=UNLEARNED,
    ),
]

# Ideas that reject no entry by themselves: idea -> why they have points of their own all the same.
NEVER_ALONE = {
    "budget": "an entry too slow for it would take minutes; tests/functional/test_echo.py shows that a budget counts"
}
