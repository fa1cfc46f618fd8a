"""What another letter, row or delay changes in the logits."""

import torch

from unrolled.checking.verdict import Finding

from .network import Unreadable, alike, changed, log_probabilities
from .shared import DELAY, N, drawn_letters

CHANGED = 2  # the step at which another letter is read


def with_another(letters, rows, step=CHANGED):
    """The same letters with another one at a step of some rows."""
    other = letters.clone()
    other[rows, step] = other[rows, step] % N + 1
    return other


def asked_delays(case):
    """Delays to try: the first, the last and two between; None alone for a network that has none."""
    return sorted({0, 1, case.D // 2, case.D}) if "D" in case.sizes else [None]


def rows_of(delay, case):
    """The delays of a batch that asks for one: its last row has the longest, for whoever measures by the longest of
    the batch pays for that under "batch" alone."""
    if delay is None:
        return None
    delays = torch.full((case.B,), delay)
    delays[-1] = case.D if case.B > 1 else delay
    return delays


def time_order(network, make, case):
    """Another letter in row 0: earlier outputs stay, the one that is to repeat it notices it, and not it alone."""
    letters, felt, told, seen = network.readable(drawn_letters(case, case.B, case.T)), set(), "", []
    for delay in asked_delays(case):
        due = DELAY if delay is None else delay
        steps = _letters_felt(network, make, letters, rows_of(delay, case), range(CHANGED, CHANGED + 1))[CHANGED]
        seen.append(steps.tolist())
        told = told or _fault_of(steps, due, CHANGED, "" if delay is None else f" with delay {delay}")
        felt |= {t - CHANGED - due for t in steps.nonzero().flatten().tolist()}
    logits = network.logits(letters, rows_of(asked_delays(case)[0], case))
    if logits.shape[1] > 1 and alike(logits[:, 1:], logits[:, :-1]):
        told = "every step of a string gives the same: is the last state used for all of them?"
    elif case.B > 1 and alike(logits.sum(dim=1), torch.ones_like(logits[:, 0])):
        told = "each class adds up to 1 over the steps: is that a softmax along the wrong axis?"
    elif not told and felt == {0}:
        told = "a letter has an effect at the one step where it is due, and at no other: nothing carries it there"
    if told:
        return Finding("time", 0, told, str(case), observed=[told, seen])
    return Finding("time", 1, "a letter is felt when it is due, and never before it was read", str(case))


def far_along(network, make, case):
    """The same at every fourth letter of a long string: whatever is cut, begun anew or left out on the way shows."""
    delay = case.D if "D" in case.sizes else None
    due, letters = delay or DELAY, network.readable(drawn_letters(case, case.B, case.T))
    if network.only_last:
        return Finding("time", 0, "of a long string only the last step can be seen", str(case), barred=True)
    places = range(0, case.T - due, due)  # each step then lies between a letter that was changed and where it is due
    for place, steps in _letters_felt(network, make, letters, rows_of(delay, case), places).items():
        if fault := _fault_of(steps, due, place, "" if delay is None else f" with delay {delay}"):
            says = f"{fault} (the letter of step {place}, in a string of {case.T})"
            return Finding("time", 0, says, str(case), observed=[says, steps.tolist()])
    return Finding("time", 1, f"at every place of a string of {case.T}", str(case))


def _letters_felt(network, make, letters, delays, places):
    """Place -> which steps of row 0 (T,) notice another letter there. What comes out at the last step only is that."""
    logits, fresh = network.logits(letters, delays), None
    if network.keeps:  # ask new ones, each of them once
        fresh = lambda changed_letters: network.twin(make).logits(changed_letters, delays)  # noqa: E731
        logits = fresh(letters)
        if not alike(fresh(letters), logits):
            raise Unreadable("two calls with the same letters differ, so that past and future cannot be told apart", "")
    ask = fresh or (lambda changed_letters: network.logits(changed_letters, delays))
    felt = {}
    for place in places:
        moved = ask(network.readable(with_another(letters, slice(1), place)))
        early = changed(moved, logits, 1e-10 if logits.dtype is torch.float64 else 1e-5)[0].any(dim=-1)
        late = changed(moved, logits)[0].any(dim=-1)
        steps = torch.zeros(letters.shape[1], dtype=torch.bool)
        first = letters.shape[1] - logits.shape[1]
        steps[first:] = torch.where(torch.arange(first, letters.shape[1]) < place, early, late)
        felt[place] = steps
        if first:
            steps[place:first] = steps[-1]  # of these nothing is known
    return felt


def _fault_of(steps, due, place, where):
    if steps[:place].any():
        return f"a later letter changes an earlier output{where}: nobody can know the future"
    if steps[place + due]:
        return ""
    after = (steps.nonzero().flatten() - place).tolist()
    if after == [0]:
        return f"a letter has an effect at its own step only{where}: nothing is carried to the next"
    if not after:
        return f"another letter changes nothing{where}"
    if max(after) > due:
        return f"{due} steps later, when it is due, a letter has no effect{where}"
    return f"{max(after) + 1} steps later a letter has no effect any more{where}"


def rows_alone(network, letters, delays, case):
    """Alone or among others, at the first call or later, in eval mode: always the same."""
    logits = network.logits(letters, delays)
    if network.keeps_something(letters, delays):
        says = "two calls with the same letters differ: something is kept from one call to the next"
        return Finding("batch", 0, says, str(case), observed="kept")
    network.seed += 1
    drawn = not alike(network.logits(letters, delays), logits)
    network.seed -= 1
    if drawn:
        says = "two calls with the same letters differ: in eval mode too, something is drawn anew at each call"
        return Finding("batch", 0, says, str(case), observed="drawn")
    for row in sorted({0, case.B // 2, case.B - 1}):
        if fault := _alone(network, letters, delays, logits, row):
            return Finding("batch", 0, fault, str(case), observed=logits[row])
    return Finding("batch", 1, "every row as if it were alone, and every call as the first", str(case))


def _alone(network, letters, delays, logits, row):
    """What is wrong with a row by itself, or, where a batch of one does not pass, beside another row."""
    why = "the batch is taken for time" if delays is None else "one's delay serves others"
    one = slice(row, row + 1)
    try:
        if not alike(network.logits(letters[one], None if delays is None else delays[one]), logits[one]):
            return f"row {row} gives something else alone than in the batch: rows mix, or {why}"
        return ""
    except Unreadable as fault:
        if delays is not None and _passes(network, letters[one], delays.amax(0, keepdim=True)):
            return f"a row alone with delay {int(delays[row])}, which is in the batch: {fault}"
        neighbours = letters.flip(1)  # a batch of one has cost its points as a shape
        neighbours[row] = letters[row]
        if not alike(network.logits(neighbours, delays)[row], logits[row]):
            return f"row {row} gives something else beside other rows: rows mix"
        return ""


def _passes(network, letters, delays):
    try:
        return network.logits(letters, delays) is not None
    except Unreadable:
        return False


def delay_chooses(network, case):
    """Each delay differs from the next; and what one changes in the log-probabilities depends on what was read.

    Asked where what comes out depends on the letters at all: before a row's own delay only blanks are right.
    """
    letters, at = network.readable(drawn_letters(case, 7, case.D + 6)), []
    for delay in range(case.D + 1):
        delays = torch.full((7,), delay)
        delays[-1] = case.D  # see rows_of
        at.append(log_probabilities(network.row_by_row(letters, delays))[:-1])  # (6, T, C)
    speaks = [changed(out, out[:1]).any(dim=-1).any(dim=0) for out in at]  # (T,): do rows with other letters differ?
    same = [d for d in range(case.D) if not (changed(at[d + 1], at[d]).any(-1) & speaks[d] & speaks[d + 1]).any()]
    if len(same) == case.D:
        return Finding("delays", 0, "the delay has no effect", str(case), observed="no effect")
    if same:
        says = f"delay {same[0]} and delay {same[0] + 1} give the same"
        return Finding("delays", 0, says, str(case), observed=same)
    both = speaks[1] & speaks[case.D - 1]
    difference = (at[1] - at[case.D - 1])[:, both]
    difference = difference - difference.mean(dim=-1, keepdim=True)  # softmax does not see a constant
    noise = 1e-12 if difference.dtype is torch.float64 else 1e-5
    if not changed(difference, difference[:1], noise * (1 + at[1].abs().max())).any():
        says = "another delay adds the same numbers to the logits whatever was read, so it cannot choose a letter"
        return Finding("delays", 0, says, str(case), observed="adds")
    return Finding("delays", 1, "the delay chooses", str(case))
