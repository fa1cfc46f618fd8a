"""Wrong answers to train_latch: the reference solution with one fault each.

A network is recognised by what it does, so different mistakes may look alike.
"""

from unrolled.checking.catalogue import Misconception

from ..hints import TRAINED

LOSS = "F.cross_entropy(logits.flatten(0, 1), behind_last(x).flatten())"
TARGETS = "behind_last(x)"
BATCH = "marked_letters(32, 20)"
BOTH = 'latch_rnn, latch_gru = train_reader("RNN"), train_reader("GRU")\n'
EVERYTHING = ("accuracy", "blanks", "hold", "plain", "network", "budget")
GRU_ALONE = ("accuracy", "blanks", "hold", "network", "budget")

BY_CODE = """class Copies(nn.Module):
    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, x):
        return idx_to_onehot(behind_last(x.argmax(dim=-1))) + 0 * self.net(x)


latch_rnn, latch_gru = train_reader("RNN"), Copies(reader("GRU", 64))
"""

MISCONCEPTIONS = [
    Misconception(
        name="repeats_at_once",
        at=TARGETS,
        becomes="x",
        what="networks that were trained to repeat what they read",
        hint="Whether a # came before is what counts. Print a string above its targets.",
        caught_by=EVERYTHING,
    ),
    Misconception(
        name="echoes_at_a_fixed_delay",
        at=TARGETS,
        becomes="echo(x, 2)",
        what="networks that were trained for an echo",
        hint="An echo has a fixed delay; here a letter is kept until the next #. Print a string above its targets.",
        caught_by=EVERYTHING,
    ),
    Misconception(
        name="behind_the_first",
        at=TARGETS,
        becomes="behind_last(torch.where((x == 0).cumsum(dim=1) > 1, x.clamp(min=1), x))",
        what="networks that were trained to keep the letter behind the first #",
        hint="What happens at the second # of a string? Its letter takes the old one's place.",
        caught_by=("accuracy", "plain", "network", "budget"),
    ),
    Misconception(
        name="one_step_late",
        at=TARGETS,
        becomes="echo(behind_last(x), 1)",
        what="networks that were trained to say the letter one step after it was read",
        hint="The letter comes out at the step at which it is read: in k#cat a c belongs to the c.",
        caught_by=("accuracy", "plain", "network", "budget"),
    ),
    Misconception(
        name="blank_at_the_mark",
        at=TARGETS,
        becomes="torch.where(x == 0, 0, behind_last(x))",
        what="networks that were trained to fall silent at each #",
        hint="At the # the old letter still counts: its place is taken a step later.",
        caught_by=("accuracy", "network", "budget"),
    ),
    Misconception(
        name="last_step_only",
        at=LOSS,
        becomes="F.cross_entropy(logits[:, -1], behind_last(x)[:, -1])",
        what="a loss that looks at the last step only",
        hint="Every step has an answer of its own, those before the first # included. How many does your loss see?",
        caught_by=("blanks", "plain"),
    ),
    Misconception(
        name="no_marks",
        at=BATCH,
        becomes="random_letters(32, 20)",
        what="networks that never saw a #",
        hint="Which characters do your batches hold? Without a # there is nothing to say.",
        caught_by=EVERYTHING,
    ),
    Misconception(
        name="never_stepped",
        at="        adam.step()\n",
        becomes="",
        what="networks that were never changed",
        hint="Gradients alone change nothing. Which line moves the weights?",
        caught_by=EVERYTHING,
    ),
    Misconception(
        name="another_networks_weights",
        at="Adam(net.parameters()",
        becomes="Adam(reader(kind, 64).parameters()",
        what="networks that were never changed, while the optimizer held others",
        hint="Whose parameters does the optimizer hold?",
        caught_by=EVERYTHING,
    ),
    Misconception(
        name="rnn_twice",
        at='train_reader("GRU")',
        becomes='train_reader("RNN")',
        what="two plain RNNs",
        hint="Which kind is latch_gru? Print it.",
        caught_by=("accuracy", "hold", "network", "budget"),
    ),
    Misconception(
        name="changed_places",
        at="latch_rnn, latch_gru = train",
        becomes="latch_gru, latch_rnn = train",
        what="the two networks under each other's names",
        hint="Which of the two is the plain RNN? Print both.",
        caught_by=("accuracy", "hold", "plain", "network", "budget"),
    ),
    Misconception(
        name="gru_twice",
        at='train_reader("RNN")',
        becomes='train_reader("GRU")',
        what="two networks with gates",
        hint="Compared is with a network that has none: nn.RNN.",
        caught_by=("plain",),
    ),
    Misconception(
        name="plain_untrained",
        at='= train_reader("RNN")',
        becomes='= reader("RNN", 64)',
        what="a trained GRU beside a plain RNN that was not trained",
        hint="A comparison is one only if both networks had the same training.",
        caught_by=("plain",),
    ),
    Misconception(
        name="trained_on_three_letters",
        at=BATCH,
        becomes="marked_letters(32, 4)",
        what="networks that never had to keep a letter for more than two steps",
        hint="How long are your strings? What is never asked for is not learned.",
        caught_by=("accuracy", "hold", "network", "budget"),
    ),
    Misconception(
        name="blanks_left_out_of_the_loss",
        at=LOSS,
        becomes="F.cross_entropy(logits.flatten(0, 1), behind_last(x).flatten(), ignore_index=0)",
        what="a loss that never looks at the blanks",
        hint="What are the networks told about the steps before the first #? Class 0 is an answer like the others.",
        caught_by=("blanks", "plain"),
    ),
    Misconception(
        name="softmax_twice",
        at="logits.flatten(0, 1)",
        becomes="logits.softmax(-1).flatten(0, 1)",
        what="a loss that takes the softmax twice",
        hint="F.cross_entropy wants logits and takes the softmax itself.",
        caught_by=EVERYTHING,
        seen="softmax before cross-entropy",
    ),
    Misconception(
        name="time_for_classes",
        at=LOSS,
        becomes="F.cross_entropy(logits.reshape(32, 27, 20), behind_last(x))",
        what="a loss whose class axis is filled with steps",
        hint="reshape keeps the numbers in their order and only cuts them anew; to swap two axes there is transpose.",
        caught_by=EVERYTHING,
        seen="cross-entropy with the class axis on time",
    ),
    Misconception(
        name="same_strings_again",
        at="        x = " + BATCH,
        becomes="        torch.manual_seed(5)\n        x = " + BATCH,
        what="networks that saw the same strings at every step",
        hint="Is every batch a new one? A seed that is set inside the loop draws the same strings again and again.",
        caught_by=EVERYTHING,
    ),
    Misconception(
        name="stopped_early",
        at="STEPS = 300",
        becomes="STEPS = 40",
        what="trainings that stopped long before the loss was low",
        hint="How low was the loss at the end, and was it still falling?",
        caught_by=EVERYTHING,
    ),
    Misconception(
        name="made_anew",
        at=BOTH,
        becomes=BOTH + 'latch_gru = reader("GRU", 64)\n',
        what="a GRU that was made anew after the training",
        hint="Is the network that you trained still the one called `latch_gru` at the end?",
        caught_by=GRU_ALONE,
    ),
    Misconception(
        name="letters_from_code",
        at=BOTH,
        becomes=BY_CODE,
        what="code that looks for the #, without a memory",
        hint="The letter is to come out of what the network keeps in its state.",
        caught_by=GRU_ALONE,
        hidden_only="the visible test sees only what comes out",
    ),
]

# Ideas that reject no entry by themselves: idea -> why they have points of their own all the same.
NEVER_ALONE = dict.fromkeys(("accuracy", "blanks", "hold", "network", "budget"), TRAINED)
