"""Wrong answers to train_variable_echo: the reference solution with one fault each.

A network is recognised by what it does, so different mistakes may look alike.
"""

from unrolled.checking.catalogue import Misconception

from ..hints import TRAINED

V_TARGETS = "[echo(letters, d) for d in range(MAX_DELAY + 1)]"
V_LOSS = "F.cross_entropy(logits.flatten(0, 2), targets.flatten())"

MISCONCEPTIONS = [
    Misconception(
        name="never_delayed",
        at=V_TARGETS,
        becomes="[letters for d in range(MAX_DELAY + 1)]",
        what="a network that repeats at once, whatever the delay",
        hint="What are the targets of a row whose delay is 3? Print them under the letters.",
        caught_by=("accuracy", "delays", "blanks", "edges", "network", "budget"),
    ),
    Misconception(
        name="one_delay_for_all",
        at="echo(letters, d)",
        becomes="echo(letters, DELAY)",
        what="a network that was trained for a delay of 4 alone",
        hint="Does the delay of a row change its targets?",
        caught_by=("accuracy", "delays", "blanks", "edges", "network", "budget"),
    ),
    Misconception(
        name="all_one_late",
        at="echo(letters, d)",
        becomes="echo(letters, d + 1)",
        what="a network whose delays are counted from 1",
        hint="With a delay of 0 the letter comes out at its own step.",
        caught_by=("accuracy", "delays", "blanks", "edges", "network", "budget"),
    ),
    Misconception(
        name="longest_delay_left_out",
        at=V_LOSS,
        becomes="F.cross_entropy(logits[:, :, :-1].flatten(0, 2), targets[:, :, :-1].flatten())",
        what="a training that leaves the longest delay out",
        hint="range(8) ends at 7. How many delays are there from 0 to 8?",
        caught_by=("accuracy", "delays", "blanks", "edges", "budget"),
    ),
    Misconception(
        name="heads_in_reverse",
        at="range(MAX_DELAY + 1)]",
        becomes="range(MAX_DELAY, -1, -1)]",
        what="a network whose heads stand in the reverse order",
        hint="Which answer stands first in the targets, and which head is to give it?",
        caught_by=("accuracy", "delays", "blanks", "edges", "network", "budget"),
    ),
    Misconception(
        name="axes_not_in_the_same_order",
        at=V_LOSS,
        becomes="F.cross_entropy(logits.flatten(0, 2), targets.transpose(1, 2).flatten())",
        what="a loss that compares (B, T, D + 1) logits with (B, D + 1, T) targets",
        hint="Flattening forgets the axes: before it, both have to be (B, T, D + 1).",
        caught_by=("accuracy", "delays", "blanks", "edges", "network", "budget"),
    ),
    Misconception(
        name="rolled_round",
        at="echo(letters, d)",
        becomes="torch.roll(letters, d, dims=1)",
        what="a network whose first targets were the last letters of the string",
        hint="torch.roll brings what falls out on the right back in on the left. What should stand there instead?",
        caught_by=("blanks", "edges"),
    ),
    Misconception(
        name="blanks_left_out_of_the_loss",
        at=V_LOSS,
        becomes="F.cross_entropy(logits.flatten(0, 2), targets.flatten(), ignore_index=0)",
        what="a loss that never looks at the blanks",
        hint="What is the network told about the steps before the echo? Class 0 is an answer like the others.",
        caught_by=("blanks", "edges"),
    ),
    Misconception(
        name="strings_too_short",
        at="random_letters(32, 22)",
        becomes="random_letters(32, 6)",
        what="a network that saw strings of six letters only",
        hint="How often does a letter come out eight steps late in a string of six?",
        caught_by=("accuracy", "delays", "edges", "budget"),
    ),
    Misconception(
        name="stopped_early",
        at="STEPS = 540",
        becomes="STEPS = 100",
        what="a training that stopped before the long delays were learned",
        hint="Short delays are learned first. Which is the first delay that fails?",
        caught_by=("accuracy", "delays", "edges", "budget"),
    ),
    Misconception(
        name="never_stepped",
        at="    optimizer.step()\n",
        becomes="",
        what="a network that was never changed",
        hint="Gradients alone change nothing. Which line moves the weights?",
        caught_by=("accuracy", "delays", "blanks", "edges", "network", "budget"),
    ),
    Misconception(
        name="made_anew",
        at='print(f"this cost',
        becomes='model = VariableDelayGRUMemory(96, MAX_DELAY)\nprint(f"this cost',
        what="a network that was made anew after the training",
        hint="Is the model that you trained still the one called `model` at the end?",
        caught_by=("accuracy", "delays", "blanks", "edges", "network", "budget"),
    ),
    Misconception(
        name="letters_from_code",
        at="model = VariableDelayGRUMemory(96, MAX_DELAY).to(device)\n",
        becomes="""class Slicing(VariableDelayGRUMemory):
    def forward(self, x, delays):
        late = [F.pad(row, (0, 0, d, 0))[: len(row)] for row, d in zip(x, delays.tolist())]
        return torch.stack(late) + 0 * super().forward(x, delays)


model = Slicing(96, MAX_DELAY).to(device)
""",
        what="code that moves the letters, without a memory",
        hint="The echo is to come out of what the network keeps in its state.",
        caught_by=("accuracy", "delays", "blanks", "edges", "network", "budget"),
        hidden_only="the visible test sees only what comes out",
        seen="a shifted string scores 1.0 with no model",
    ),
]

# Ideas that reject no entry by themselves: idea -> why they have points of their own all the same.
NEVER_ALONE = dict.fromkeys(("accuracy", "delays", "blanks", "edges", "network", "budget"), TRAINED)

EQUIVALENT = {
    "nothing read after 54 steps": "the strings that are marked are shorter; longer ones are reported, not marked",
}
