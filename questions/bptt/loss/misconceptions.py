"""Wrong answers to loss: the reference solution with one fault each."""

from unrolled.checking.catalogue import Misconception

from ..hints import LATER

MISCONCEPTIONS = [
    Misconception(
        "sum_for_mean",
        at="np.mean([",
        becomes="np.sum([",
        what="the sum over the steps",
        hint="Divide by T: a long sequence is not worse for being long.",
        caught_by=("values",),
        seen="sum for mean, in public solutions",
    ),
    Misconception(
        "sign_wrong",
        at="[-np.log(",
        becomes="[np.log(",
        what="a loss with the wrong sign",
        hint="The logarithm of a probability is negative; the loss is its opposite.",
        caught_by=("values",),
    ),
    Misconception(
        "base_two",
        at="-np.log(p[target, 0])",
        becomes="-np.log2(p[target, 0])",
        what="base-2 logarithms",
        hint="The gradient p − onehot belongs to the natural logarithm.",
        caught_by=("values",),
    ),
    Misconception(
        "last_step_only",
        at="np.mean([-np.log(p[target, 0]) for p, target in zip(probs, targets)])",
        becomes="-np.log(probs[-1][targets[-1], 0])",
        what="the loss of the last step alone",
        hint="Every step predicts something: take the mean over all of them.",
        caught_by=("values",),
        seen="logits of the last step only, in public solutions",
    ),
    Misconception(
        "probability_for_logarithm",
        at="-np.log(p[target, 0])",
        becomes="1 - p[target, 0]",
        what="1 − p in the place of −ln p",
        hint="Being sure and wrong has to cost without a bound; 1 − p never costs more than 1.",
        caught_by=("values",),
    ),
    Misconception(
        "targets_shifted",
        at="zip(probs, targets)",
        becomes="zip(probs, [*targets[1:], targets[0]])",
        what="targets that belong to the next step",
        hint="targets[t] is the class of outputs[t]; whoever made the targets has shifted them already.",
        caught_by=("values",),
    ),
    Misconception(
        "all_classes",
        at="-np.log(p[target, 0])",
        becomes="-np.log(p).mean()",
        what="a mean over all classes",
        hint="Only the right class's probability counts. Which of the O numbers is it?",
        caught_by=("values",),
        seen="loss of the wrong axis, in public solutions",
    ),
    Misconception(
        "most_likely_class",
        at="-np.log(p[target, 0])",
        becomes="-np.log(p.max())",
        what="the loss of the class that the network likes best",
        hint="The target says which probability counts, not the network.",
        caught_by=("values",),
    ),
    Misconception(
        "softmax_twice",
        at="self.softmax(y) for y in outputs",
        becomes="self.softmax(self.softmax(y)) for y in outputs",
        what="a softmax of a softmax",
        hint="The outputs are logits: one softmax makes probabilities of them.",
        caught_by=("values",),
        seen="softmax before cross-entropy, in public solutions",
    ),
    Misconception(
        "overflow",
        at="np.exp(x - x.max())",
        becomes="np.exp(x)",
        what="a softmax that overflows",
        hint="exp(1000) is infinite, and infinite over infinite is nan: take the largest logit away first.",
        caught_by=("size",),
    ),
    Misconception(
        "size_by_the_mean",
        at="np.exp(x - x.max())",
        becomes="np.exp(x - x.mean())",
        what="taking away the mean instead of the largest logit",
        hint="If one logit lies far from the rest, the mean leaves it far above 0.",
        caught_by=("size",),
    ),
    Misconception(
        "not_normalised",
        at="return e / e.sum()",
        becomes="return e",
        what="exponentials that are not divided by their sum",
        hint="Probabilities add up to 1.",
        caught_by=("softmax",),
    ),
    Misconception(
        "normalised_by_the_largest",
        at="return e / e.sum()",
        becomes="return e / e.max()",
        what="exponentials divided by the largest",
        hint="Divide by the sum: probabilities add up to 1.",
        caught_by=("softmax",),
    ),
    Misconception(
        "softmax_across_columns",
        at="return e / e.sum()",
        becomes="return e / e.sum(axis=1, keepdims=True)",
        what="a softmax along the wrong axis",
        hint="A column has its classes along the first axis; along the second there is one number, and 1 of it.",
        caught_by=("softmax",),
        seen="class axis on time, in public solutions",
    ),
    Misconception(
        "flat_probabilities",
        at="return e / e.sum()",
        becomes="return (e / e.sum()).ravel()",
        what="probabilities without their second axis",
        hint="A column goes in, and a column comes out: (O, 1).",
        caught_by=("softmax",),
    ),
    Misconception(
        "all_steps_in_one_softmax",
        at="[self.softmax(y) for y in outputs]",
        becomes="list(self.softmax(np.array(outputs)))",
        what="one softmax over all steps together",
        hint="Each step has probabilities of its own, which add up to 1: a column at a time.",
        caught_by=("values",),
        seen="in other people's answers",
    ),
    Misconception(
        "cut_off",
        at="np.mean([-np.log(p[target, 0]) for p, target in zip(probs, targets)])",
        becomes="np.mean([min(7.0, -np.log(p[target, 0])) for p, target in zip(probs, targets)])",
        what="a loss that is cut off at 7",
        hint="Whoever is surer of a wrong class pays more, without a bound.",
        caught_by=("values",),
        hidden_only="no loss of the visible test is above 3",
    ),
]

# Changes of the reference that no check should reject (unrolled.auditing.mutants): mutant -> why it is as right.
EQUIVALENT = {
    "line 12: `self.cache['probs'] = probs` deleted": LATER,
    "line 12: ['probs'] dropped": LATER,
    "line 6: x is cropped to its first 39": "a column has one number along its second axis",
    "line 6: x is cropped to its last 47": "a column has one number along its second axis",
    "line 7: the result is clamped to 28": "a probability is 1 at the most",
    "line 13: the result is clamped to 52": "a small number in the logarithm, which is allowed, ends it at 23",
    "line 13: the result loses its axes of one": "a number has none",
}

# Ideas that reject no entry by themselves: idea -> why they have points of their own all the same.
NEVER_ALONE = {
    "values": "a wrong loss is wrong for large logits too; it is what the question asks for first",
    "softmax": "a wrong softmax makes a wrong loss; it tells where to look",
}
