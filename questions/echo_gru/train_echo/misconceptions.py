"""Wrong answers to train_echo: the reference solution with one fault each.

A network is recognised by what it does, so different mistakes may look alike.
"""

from unrolled.checking.catalogue import Misconception

from ..hints import TRAINED

LETTERS_LATE = "    targets = echo(letters, DELAY)\n"
LOSS = "F.cross_entropy(logits.flatten(0, 1), targets.flatten())"
BATCH = "random_letters(32, 15).to(device)"
MODEL = "model = GRUMemory(96).to(device)\n"

ECHO_BY_CODE = """class Slicing(GRUMemory):
    def forward(self, x):
        return F.pad(x, (0, 0, DELAY, 0))[:, : x.shape[1]] + 0 * super().forward(x)


model = Slicing(96).to(device)
"""

MISCONCEPTIONS = [
    Misconception(
        name="not_delayed",
        at=LETTERS_LATE,
        becomes="    targets = letters\n",
        what="a network that was trained to repeat at once",
        hint="Which letter should come out at step 4, the first or the fifth? Print a row above its targets.",
        caught_by=("accuracy", "blanks", "edges", "network", "budget"),
    ),
    Misconception(
        name="delay_one_short",
        at="echo(letters, DELAY)",
        becomes="echo(letters, DELAY - 1)",
        what="a network that was trained for a delay of 3",
        hint="Count the blanks in front: a delay of 4 has four of them.",
        caught_by=("accuracy", "blanks", "edges", "network", "budget"),
    ),
    Misconception(
        name="delay_one_long",
        at="echo(letters, DELAY)",
        becomes="echo(letters, DELAY + 1)",
        what="a network that was trained for a delay of 5",
        hint="Count the blanks in front: a delay of 4 has four of them.",
        caught_by=("accuracy", "blanks", "edges", "network", "budget"),
    ),
    Misconception(
        name="rolled_round",
        at=LETTERS_LATE,
        becomes="    targets = torch.roll(letters, DELAY, dims=1)\n",
        what="a network whose first targets were the last letters of the string",
        hint="torch.roll brings what falls out on the right back in on the left. What should stand there instead?",
        caught_by=("blanks", "edges"),
    ),
    Misconception(
        name="blanks_left_out_of_the_loss",
        at=LOSS,
        becomes="F.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=0)",
        what="a loss that never looks at the blanks",
        hint="What is the network told about the first four steps? Class 0 is an answer like the others.",
        caught_by=("blanks", "edges"),
    ),
    Misconception(
        name="time_for_classes",
        at=LOSS,
        becomes="F.cross_entropy(logits.reshape(32, 27, 15), targets)",
        what="a loss whose class axis is filled with steps",
        hint="reshape keeps the numbers in their order and only cuts them anew; to swap two axes there is transpose.",
        caught_by=("accuracy", "blanks", "edges", "network", "budget"),
        seen="cross-entropy with the class axis on time",
    ),
    Misconception(
        name="delay_across_the_batch",
        at=LETTERS_LATE,
        becomes="    targets = F.pad(letters, (0, 0, DELAY, 0))[: len(letters)]\n",
        what="a delay along the batch: each string is to repeat another one",
        hint="Which axis is time? F.pad counts its pairs from the last axis on.",
        caught_by=("accuracy", "blanks", "edges", "network", "budget"),
    ),
    Misconception(
        name="the_other_way_round",
        at=LETTERS_LATE,
        becomes="    targets = F.pad(letters, (0, DELAY))[:, DELAY:]\n",
        what="a network that was asked to foretell the letters to come",
        hint="Do the letters move to the right or to the left? Late means that the first letter comes out at step 4.",
        caught_by=("accuracy", "blanks", "edges", "network", "budget"),
    ),
    Misconception(
        name="half_the_alphabet",
        at=BATCH,
        becomes="torch.randint(1, 14, (32, 15)).to(device)",
        what="a network that never saw the second half of the alphabet",
        hint="Which letters can your batches hold? Look at the largest number in one.",
        caught_by=("accuracy", "blanks", "edges", "network", "budget"),
    ),
    Misconception(
        name="never_stepped",
        at="    optimizer.step()\n",
        becomes="",
        what="a network that was never changed",
        hint="Gradients alone change nothing. Which line moves the weights?",
        caught_by=("accuracy", "blanks", "edges", "network", "budget"),
    ),
    Misconception(
        name="another_networks_weights",
        at="Adam(model.parameters()",
        becomes="Adam(GRUMemory(96).parameters()",
        what="a network that was never changed, while the optimizer held another one",
        hint="Whose parameters does the optimizer hold?",
        caught_by=("accuracy", "blanks", "edges", "network", "budget"),
    ),
    Misconception(
        name="made_anew",
        at='print(f"this cost',
        becomes='model = GRUMemory(96)\nprint(f"this cost',
        what="a network that was made anew after the training",
        hint="Is the model that you trained still the one called `model` at the end?",
        caught_by=("accuracy", "blanks", "edges", "network", "budget"),
    ),
    Misconception(
        name="same_strings_again",
        at="    letters = " + BATCH,
        becomes="    torch.manual_seed(5)\n    letters = " + BATCH,
        what="a network that saw the same strings at every step",
        hint="Is every batch a new one? A seed that is set inside the loop draws the same strings again and again.",
        caught_by=("accuracy", "budget"),
    ),
    Misconception(
        name="stopped_early",
        at="STEPS = 220",
        becomes="STEPS = 40",
        what="a training that stopped long before the loss was low",
        hint="How low was the loss at the end, and was it still falling?",
        caught_by=("accuracy", "edges", "budget"),
    ),
    Misconception(
        name="letters_from_code",
        at=MODEL,
        becomes=ECHO_BY_CODE,
        what="code that moves the letters, without a memory",
        hint="The echo is to come out of what the network keeps in its state.",
        caught_by=("accuracy", "blanks", "edges", "network", "budget"),
        hidden_only="the visible test sees only what comes out",
        seen="a shifted string scores 1.0 with no model",
    ),
    Misconception(
        name="last_step_only",
        at=LOSS,
        becomes="F.cross_entropy(logits[:, -1], targets[:, -1])",
        what="a loss that looks at the last step only",
        hint="Every step has an answer of its own, the first four included. How many of them does your loss see?",
        caught_by=("accuracy", "blanks", "edges", "network", "budget"),
    ),
    Misconception(
        name="gradients_pile_up",
        at="    optimizer.zero_grad()\n",
        becomes="",
        what="a training whose gradients were never cleared",
        hint="backward adds to what is there. What has to happen before the next one?",
        caught_by=("accuracy", "budget"),
    ),
    Misconception(
        name="softmax_twice",
        at=LOSS,
        becomes="F.cross_entropy(logits.softmax(-1).flatten(0, 1), targets.flatten())",
        what="a loss that takes the softmax twice",
        hint="F.cross_entropy wants logits and takes the softmax itself.",
        caught_by=("accuracy", "blanks", "edges", "network", "budget"),
        seen="softmax before cross-entropy",
    ),
]

# Ideas that reject no entry by themselves: idea -> why they have points of their own all the same.
NEVER_ALONE = dict.fromkeys(("accuracy", "blanks", "edges", "network", "budget"), TRAINED)

EQUIVALENT = {
    "nothing read after 47 steps": "the strings that are marked are shorter; longer ones are reported, not marked",
}
