"""Wrong answers to memory_experiment: the reference solution with one fault each."""

from unrolled.checking.catalogue import Misconception

from ..hints import NO_GRAPH

MISCONCEPTIONS = [
    Misconception(
        "not_trained",
        at="            adam.step()\n",
        becomes="",
        what="a training without a step",
        hint="backward makes the gradients; step uses them.",
        caught_by=("training",),
    ),
    Misconception(
        "gradients_pile_up",
        at="            adam.zero_grad()\n",
        becomes="",
        what="a training whose gradients pile up",
        hint="backward adds to what is there: zero_grad before each.",
        caught_by=("training",),
    ),
    Misconception(
        "all_steps",
        at="F.cross_entropy(logits[:, -1], x[:, 0])",
        becomes="F.cross_entropy(logits.flatten(0, 1), x[:, :1].expand_as(x).flatten())",
        what="a loss of every step",
        hint="Only at the last step is there anything to remember over; earlier steps make the task another one.",
        caught_by=("training",),
    ),
    Misconception(
        "last_token_for_first",
        at="F.cross_entropy(logits[:, -1], x[:, 0])",
        becomes="F.cross_entropy(logits[:, -1], x[:, -1])",
        what="a target that is the last token",
        hint="The first token is asked for: x[:, 0].",
        caught_by=("training",),
    ),
    Misconception(
        "first_step_asked",
        at="F.cross_entropy(logits[:, -1], x[:, 0])",
        becomes="F.cross_entropy(logits[:, 0], x[:, 0])",
        what="a network that is asked at the first step",
        hint="There it can still see the token. It is asked at the last: logits[:, -1].",
        caught_by=("training",),
    ),
    Misconception(
        "tested_on_the_last_token",
        at=".argmax(dim=-1) == x[:, 0]",
        becomes=".argmax(dim=-1) == x[:, -1]",
        what="an accuracy for the last token",
        hint="Right is what equals the first token.",
        caught_by=("accuracy",),
    ),
    Misconception(
        "one_batch_for_all",
        at="        for _ in range(steps):\n            x = torch.randint(10, (100, T), device=device)\n",
        becomes="        x = torch.randint(10, (100, T), device=device)\n        for _ in range(steps):\n",
        what="a training on one batch",
        hint="A hundred sequences can be learned by heart: draw new ones at each step.",
        caught_by=("data",),
    ),
    Misconception(
        "tested_on_the_training_batch",
        at="            x = torch.randint(10, (500, T), device=device)\n            right",
        becomes="            right",
        what="an accuracy on sequences that were trained on",
        hint="Draw new sequences for the test.",
        caught_by=("data",),
    ),
    Misconception(
        "no_noise",
        at="            x = torch.randint(10, (100, T), device=device)\n            logits",
        becomes="            x = torch.randint(10, (100, 1), device=device).expand(-1, T)\n            logits",
        what="sequences of one token, again and again",
        hint="What lies between is noise: random tokens. Otherwise the last token says it all.",
        caught_by=("data",),
    ),
    Misconception(
        "fewer_tokens",
        at="            x = torch.randint(10, (100, T), device=device)\n            logits",
        becomes="            x = torch.randint(9, (100, T), device=device)\n            logits",
        what="tokens from nine",
        hint="randint's upper end is not drawn: randint(10, …) gives 0 to 9.",
        caught_by=("data",),
    ),
    Misconception(
        "one_model_for_all",
        at="    accuracies = []\n    for T in seq_lengths:\n"
        "        net = model_class(10, 16, hidden_dim, 1).to(device)\n",
        becomes="    accuracies = []\n"
        "    net = model_class(10, 16, hidden_dim, 1).to(device)\n"
        "    for T in seq_lengths:\n",
        what="one model that goes through all lengths",
        hint="What it has learned at length 5 helps at 10: make a new one for each length.",
        caught_by=("training",),
    ),
    Misconception(
        "longest_length_only",
        at="x = torch.randint(10, (100, T), device=device)",
        becomes="x = torch.randint(10, (100, max(seq_lengths)), device=device)",
        what="sequences of the longest length",
        hint="Each model is trained and tested at its own length.",
        caught_by=("data",),
    ),
    Misconception(
        "training_mode_in_the_test",
        at="        net.eval()\n",
        becomes="",
        what="a test in training mode",
        hint="net.eval() before the test: a model with dropout would otherwise be tested with it.",
        caught_by=("mode",),
    ),
    Misconception(
        "gradients_in_the_test",
        at="        with torch.no_grad():\n",
        becomes="        if True:\n",
        what="a test that builds a graph",
        hint="with torch.no_grad(): nothing is learned in a test.",
        caught_by=("mode",),
    ),
    Misconception(
        "few_steps",
        at="for _ in range(steps):",
        becomes="for _ in range(steps // 10):",
        what="a tenth of the training",
        hint="`steps` steps are asked for.",
        caught_by=("training",),
    ),
    Misconception(
        "loss_for_accuracy",
        at="accuracies.append(right.float().mean().item())",
        becomes="accuracies.append(loss.item())",
        what="the loss in the place of the accuracy",
        hint="The share of the test sequences that is right.",
        caught_by=("accuracy",),
    ),
    Misconception(
        "last_length_only",
        at="    return accuracies",
        becomes="    return accuracies[-1]",
        what="one number",
        hint="A list, with one accuracy for each length.",
        caught_by=("accuracy",),
    ),
    Misconception(
        "count_for_share",
        at="right.float().mean().item()",
        becomes="right.sum().item()",
        what="a count in the place of a share",
        hint="Divide by how many there were.",
        caught_by=("accuracy",),
    ),
    Misconception(
        "percent",
        at="accuracies.append(right.float().mean().item())",
        becomes="accuracies.append(100 * right.float().mean().item())",
        what="",
        hint="a share lies between 0 and 1",
        caught_by=("accuracy",),
        seen="in other people's answers",
    ),
    Misconception(
        "a_hundred_whatever",
        at="for _ in range(steps):",
        becomes="for _ in range(100):",
        what="a hundred steps, whatever was asked for",
        hint="`steps` says how many.",
        caught_by=("training",),
        hidden_only="the visible test takes the usual hundred",
    ),
    Misconception(
        "rate_fixed",
        at="lr=lr)",
        becomes="lr=0.01)",
        what="a learning rate that is always the same",
        hint="`lr` is the learning rate.",
        caught_by=("training",),
        hidden_only="the visible test takes the usual rate",
    ),
]

_CPU = "on the CPU, where this is checked, device changes nothing"
_CLIP = "with Adam a gradient's size hardly counts, and the probe's are below 5: it cannot be seen from outside"
_SIZE = "how many sequences are trained or tested on is not asked to the last one"
_NONE = "None is what forward takes when it is given nothing"

# Changes of the reference that no check should reject (unrolled.auditing.mutants): mutant -> why it is as right.
EQUIVALENT = {
    "line 20: the result is clamped to 56": "a share is 1 at the most",
    "line 5: .to() dropped": _CPU,
    "line 5: .to without device": _CPU,
    "line 5: model_class without 1": "one layer is what PyTorchCharRNN has if it is told nothing",
    "line 8: torch.randint(10, (100, T),  … detached": NO_GRAPH,
    "line 8: torch.randint without device=device": _CPU,
    "line 8: 100 becomes 101": _SIZE,
    "line 9: net without None": _NONE,
    "line 13: `nn.utils.clip_grad_norm_(net …` deleted": _CLIP,
    "line 13: nn.utils.clip_grad_norm_() dropped": _CLIP,
    "line 13: 5 becomes 6": _CLIP,
    "line 17: torch.randint(10, (500, T),  … detached": NO_GRAPH,
    "line 17: torch.randint without device=device": _CPU,
    "line 17: 500 becomes 501": _SIZE,
    "line 18: net without None": _NONE,
    "line 18: -1 becomes 1 (2)": "of (B, 10) the last axis is axis 1",
    "line 19: .item() dropped": "a tensor that holds one number is a number here",
}
