"""Wrong answers to clip_and_update: the reference solution with one fault each."""

from unrolled.checking.catalogue import Misconception

_UPDATE = 'setattr(self, name, getattr(self, name) - learning_rate * grads["d" + name])'

MISCONCEPTIONS = [
    Misconception(
        "upper_side_only",
        at="np.clip(d, -limit, limit)",
        becomes="np.minimum(d, limit)",
        what="cutting on the upper side only",
        hint="A gradient of −1000 is as long a step as one of 1000.",
        caught_by=("value",),
    ),
    Misconception(
        "signs_lost",
        at="np.clip(d, -limit, limit)",
        becomes="np.clip(abs(d), 0, limit)",
        what="clipping that loses the signs",
        hint="A gradient's sign says which way is uphill.",
        caught_by=("value",),
    ),
    Misconception(
        "value_by_norm",
        at="np.clip(d, -limit, limit)",
        becomes="d * min(1.0, limit / max(abs(d).max(), 1e-300))",
        what="scaling each array until its largest number fits",
        hint="By value means number by number: each is cut on its own, the others stay.",
        caught_by=("value",),
    ),
    Misconception(
        "one_norm_for_each",
        at="return {name: scale * d for name, d in grads.items()}",
        becomes="return {n: d * min(1.0, max_norm / max(np.linalg.norm(d), 1e-300)) for n, d in grads.items()}",
        what="a norm of its own for each array",
        hint="One norm, of all numbers of all arrays: otherwise the direction changes.",
        caught_by=("norm",),
        seen="in public solutions",
    ),
    Misconception(
        "always_scaled",
        at="max_norm / norm if norm > max_norm else 1.0",
        becomes="max_norm / norm if norm > 0 else 1.0",
        what="scaling up what is below the limit",
        hint="A small gradient means: nearly there. It stays as it is.",
        caught_by=("norm",),
        seen="in public solutions",
    ),
    Misconception(
        "root_forgotten",
        at="np.sqrt(sum((d**2).sum() for d in grads.values()))",
        becomes="sum((d**2).sum() for d in grads.values())",
        what="the squared norm",
        hint="A norm is the root of the sum of squares.",
        caught_by=("norm",),
    ),
    Misconception(
        "sum_of_norms",
        at="np.sqrt(sum((d**2).sum() for d in grads.values()))",
        becomes="sum(np.linalg.norm(d) for d in grads.values())",
        what="the sum of the arrays' norms",
        hint="Lengths along different axes do not add up: add the squares, then take the root.",
        caught_by=("norm",),
    ),
    Misconception(
        "sum_of_sizes",
        at="np.sqrt(sum((d**2).sum() for d in grads.values()))",
        becomes="sum(abs(d).sum() for d in grads.values())",
        what="the sum of absolute values",
        hint="The norm meant here is the root of the sum of squares.",
        caught_by=("norm",),
    ),
    Misconception(
        "largest_for_norm",
        at="np.sqrt(sum((d**2).sum() for d in grads.values()))",
        becomes="max(abs(d).max() for d in grads.values())",
        what="the largest number in the place of the norm",
        hint="The norm takes all numbers together.",
        caught_by=("norm",),
    ),
    Misconception(
        "zero_by_zero",
        at="max_norm / norm if norm > max_norm else 1.0",
        becomes="min(max_norm, norm) / norm",
        what="a division by a norm of zero",
        hint="A gradient of zeros stays zeros: divide only if the norm is above the limit.",
        caught_by=("norm",),
    ),
    Misconception(
        "written_into_grads",
        at="return {name: scale * d for name, d in grads.items()}",
        becomes="for d in grads.values():\n        d *= scale\n    return grads",
        what="clipping in place",
        hint="Return new arrays: whoever looks at grads afterwards wants to see what was clipped.",
        caught_by=("untouched",),
    ),
    Misconception(
        "nothing_updated",
        at=_UPDATE,
        becomes="parameter = getattr(self, name)\n"
        '            parameter = parameter - learning_rate * grads["d" + name]',
        what="an update that gives a new array to a name and leaves the attribute",
        hint="parameter = … makes a name point elsewhere; the network still has the old array.",
        caught_by=("update",),
        seen="param = param − … in a loop, in public solutions",
    ),
    Misconception(
        "uphill",
        at="getattr(self, name) - learning_rate",
        becomes="getattr(self, name) + learning_rate",
        what="a step uphill",
        hint="The gradient points to where the loss grows.",
        caught_by=("update",),
    ),
    Misconception(
        "rate_ignored",
        at='learning_rate * grads["d" + name]',
        becomes='grads["d" + name]',
        what="a step of the gradient's own length",
        hint="The learning rate says how far.",
        caught_by=("update",),
    ),
    Misconception(
        "biases_left_out",
        at="for name in PARAMETERS:",
        becomes='for name in ("W_xh", "W_hh", "W_hy"):',
        what="an update that leaves the biases out",
        hint="There are five arrays to learn.",
        caught_by=("update",),
    ),
    Misconception(
        "steps_pile_up",
        at=_UPDATE,
        becomes='self.pile = getattr(self, "pile", {})\n'
        '            self.pile[name] = self.pile.get(name, 0) + grads["d" + name]\n'
        "            setattr(self, name, getattr(self, name) - learning_rate * self.pile[name])",
        what="a step that takes all earlier gradients along",
        hint="That is momentum. Plain descent uses the gradient of now.",
        caught_by=("update",),
    ),
    Misconception(
        "clipped_in_the_update",
        at='learning_rate * grads["d" + name]',
        becomes='learning_rate * np.clip(grads["d" + name], -5, 5)',
        what="an update that clips",
        hint="update_parameters takes the gradient as it is given: who wants it clipped does that before.",
        caught_by=("update",),
    ),
    Misconception(
        "five_names_only",
        at="return {name: np.clip(d, -limit, limit) for name, d in grads.items()}",
        becomes='return {"d" + n: np.clip(grads["d" + n], -limit, limit) for n in PARAMETERS if "d" + n in grads}',
        what="a clipping that knows five names",
        hint="Whatever names go in come out.",
        caught_by=("value",),
        hidden_only="the visible test's two names are among the five",
    ),
]

# Changes of the reference that no check should reject (unrolled.auditing.mutants): mutant -> why it is as right.
EQUIVALENT = {
    "line 18: the loop ends after 13 turns": "there are five names",
    "line 8: the comprehension ends after 33": "no network here has so many arrays",
    "line 3: np.clip: d and -limit swapped": "−limit cut to [d, limit] is the larger of the two, and at most limit",
    "line 9: > becomes >=": "at the limit itself the factor is 1 either way",
}
