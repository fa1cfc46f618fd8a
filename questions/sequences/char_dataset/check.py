"""CharDataset is held to the windows of the ids, and to those one place later."""

import numpy as np
import torch

from unrolled.checking.parity import close
from unrolled.checking.question import question
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from ..shared import integers, refused, short, told


@question(
    "char_dataset",
    name="CharDataset",
    marks={"pairs": 7, "length": 3, "dtype": 1, "bounds": 3, "edges": 2},
)
def char_dataset(dataset_class, draw):
    """Every window and its target, one place later; a loop that ends; refusals where no window fits.

    Ids repeat and are larger than any place, so that neither a search nor a place passes for an id. N = T + 1 holds
    a single window; a text longer than the notebook's has long ones.
    """
    narrow = False
    for sizes in (dict(N=[7, 30], T=[1, 2, 6]), dict(N=[2], T=[1]), dict(N=[70, 400], T=[65])):
        for case in draw.cases(**sizes, strided=False):
            encoded = [100 + i for i in integers(case, case.N, 9)]
            mine, own, length = _made(dataset_class, encoded, case.T)
            count = case.N - case.T
            yield _length(mine, own, length, count, case)
            items = list(_windows(mine, encoded, length, case))
            narrow |= any(finding.idea == "dtype" and finding.share < 1 for finding in items)
            yield from items
            crashed = any(isinstance(finding.observed, Problem) for finding in items if finding.idea == "pairs")
            yield _loop(mine, length, count, case, barred=crashed)  # what no item could be had of is told by its pair
            yield _outside(mine, length, count, case)
            yield _backwards(mine, length, count, case)

    for case in draw.cases(N=[40], T=[3], strided=False):
        encoded = integers(case, case.N, 70_000)
        mine, _, length = _made(dataset_class, encoded, case.T)
        for finding in _windows(mine, encoded, length, case):
            finding.case += ", ids up to 70,000"
            finding.barred |= narrow  # what holds no such ids has cost its points as a dtype
            yield finding

    for N, T in ((3, 3), (3, 5), (0, 1), (2, 0), (3, -1), (64, 64), (30, 90), (80, -70)):
        yield _refusal(dataset_class, N, T)


def _made(dataset_class, encoded, T):
    """The data set to ask for items, the student's own, and its len; they differ where its len is wrong, which has cost
    its points: items often go by it."""
    own, count = dataset_class(encoded, T), len(encoded) - T
    length = own.length().value()
    if length == count:
        return own, own, length
    counted = dataset_class.subject.fixture("with_length", cls=dataset_class, length=count)
    return counted(encoded, T), own, length


def _length(dataset, own, got, count, case):
    if isinstance(got, Problem):
        # What cannot be made, or has no item either way, is told by the pairs.
        barred = any(isinstance(value, Problem) for value in [own.value(), *_items(dataset, [0])])
        return Finding("length", 0, str(got), str(case), observed=got, barred=barred)
    if got != count:
        more = "more" if got > count else "fewer"
        says = f"len is {got}: {more} than there are windows with a target"
        return Finding("length", 0, says, str(case), observed=got)
    return Finding("length", 1, "as many as there are windows with a target", str(case), observed=got)


def _items(dataset, places):
    """The items at these places. Where nobody wrote __getitem__, torch's own says NotImplementedError."""
    none = Problem("AttributeError", "this class has no __getitem__, so that dataset[i] gives nothing")
    items = dataset.subject.values(*[dataset[place] for place in places])
    missing = [isinstance(i, Problem) and i.kind == "NotImplementedError" and not i.where for i in items]
    return [none if nothing else item for item, nothing in zip(items, missing, strict=True)]


def _windows(dataset, encoded, length, case):
    """All items, in any order, and what they are made of. What a len that is too small leaves out has cost already."""
    count = len(encoded) - case.T
    order = torch.randperm(count, generator=case.generator).tolist()
    order.append(order[0])  # once more
    for i, item in zip(order, _items(dataset, order), strict=True):
        if isinstance(length, int) and i >= length and refused(item, ("IndexError",)):
            yield Finding("pairs", 0, f"item {i}: {item}", str(case), observed=item, barred=True)
            continue
        parts = _parts(item)
        kinds = set().union(*map(_kinds, parts))
        says = f"item {i} has {', '.join(sorted(kinds - {'int64'}))} in it; int64 tensors are asked for"
        right = kinds == {"int64"}
        says = "int64" if right else says if kinds else f"item {i}: {short(item)}"
        yield Finding("dtype", float(right), says, str(case), observed=sorted(kinds), barred=not kinds)
        fault = _fault(i, item, [_ids(part) for part in parts], encoded, case.T)
        if fault:
            observed = [_ids(part) for part in parts] if isinstance(item, list | tuple) else item
            yield Finding("pairs", 0, fault, str(case), observed=observed)
            return
    yield Finding("pairs", 1, "every window, with the ids one place later", str(case), observed=count)


def _parts(item):
    return list(item.values() if isinstance(item, dict) else item) if isinstance(item, _HOLDS_PARTS) else []


_HOLDS_PARTS = list | tuple | dict | torch.Tensor


def _ids(part):
    """Plain numbers, of a tensor, an array or a list of whatever it holds."""
    if isinstance(part, torch.Tensor | np.ndarray):
        return part.tolist()
    return [_ids(inner) for inner in part] if isinstance(part, list | tuple) else part


def _kinds(part):
    """What the ids are in: the dtypes of tensors, an array, or a list of single ones. Of anything else, nothing."""
    if isinstance(part, torch.Tensor):
        return {str(part.dtype).removeprefix("torch.")}
    if isinstance(part, np.ndarray):
        return {"a NumPy array"}
    if not isinstance(part, list | tuple):
        return set()
    single = all(isinstance(_ids(inner), int | float) for inner in part)
    return {f"a {type(part).__name__}"} if single else set().union(*map(_kinds, part))


def _fault(i, item, parts, encoded, T):
    if isinstance(item, Problem):
        return f"item {i}: {item}"
    if not isinstance(item, list | tuple) or len(parts) != 2:
        return f"item {i} is no pair (x, y): {short(item)}"
    x, y = parts
    if x != encoded[i : i + T]:
        return f"x of item {i} is not the {T} ids from place {i} on: its shape is {_shape(x)}, and it is {short(x)}"
    if y != encoded[i + 1 : i + T + 1]:
        return f"y of item {i} is not x moved on by one place: its shape is {_shape(y)}; {short(y)} for x {short(x)}"
    return ""


def _shape(ids):
    return tuple(np.shape(ids)) if isinstance(ids, list | int) else "none"


def _loop(dataset, length, count, case, barred):
    """A for loop ends after the last window; after as many as len says, where that is wrong."""
    longest = max(count, length if isinstance(length, int) else 0)
    seen = dataset.items(most=longest + 3).value()
    if isinstance(seen, Problem):
        return Finding("bounds", 0, str(seen), str(case), observed=seen, barred=barred)
    if len(seen) not in (count, length):
        says = f"a loop over the data set gives {'at least ' if len(seen) > longest else ''}{len(seen)} items"
        says += f"; there are {count} windows with a target"
        return Finding("bounds", 0, says, str(case), observed=len(seen), barred=barred)
    return Finding("bounds", 1, "it ends with the last window", str(case), observed=len(seen))


def _outside(dataset, length, count, case):
    """No item at a place where no window begins, far on either side."""
    longest = max(count, length if isinstance(length, int) else 0)
    places = [longest, longest + case.T + 5, -longest - 1]
    first, *got = _items(dataset, [0, *places])
    for place, item in zip(places, got, strict=True):
        if refused(item, ("IndexError",)):
            continue
        says = f"the item at place {place}, where no window begins, {told(item, ('IndexError',))}"
        alike = isinstance(first, Problem) and isinstance(item, Problem)
        return Finding("bounds", 0, says, str(case), observed=item, barred=alike)
    return Finding("bounds", 1, "it ends with the last window", str(case))


def _backwards(dataset, length, count, case):
    """dataset[-1] is the last item, as in a list, whatever that is, or an IndexError."""
    lengths = {count, length} if isinstance(length, int) and length > 0 else {count}
    got, once, again, *others = _items(dataset, [-1, count - 1, count - 1, *[some - 1 for some in lengths]])
    last = [once, *others]
    if refused(got, ("IndexError",)) or (not isinstance(got, Problem) and any(close(got, item) for item in last)):
        return Finding("bounds", 1, "it ends with the last window", str(case))
    says = f"the item at place -1 {told(got, ('IndexError',))}, and is not the last one either"
    # What fails at the end too, or is another item each time, is told by the pairs.
    alike = isinstance(got, Problem) and any(isinstance(item, Problem) for item in last)
    return Finding("bounds", 0, says, str(case), observed=got, barred=alike or not close(once, again))


def _refusal(dataset_class, N, T):
    """No window, no data set; where one that has a window can be made."""
    encoded = [5 + i % 7 for i in range(N)]
    enough = encoded + [5] * max(T + 1 - N, 2 - N, 0)
    got, control = dataset_class.subject.values(dataset_class(encoded, T), dataset_class(enough, max(T, 1)))
    where, made = f"N={N}, T={T}", getattr(got, "kind", "made")
    if isinstance(control, Problem):
        return Finding("edges", 0, f"nor can one with a window be made: {control}", where, barred=True)
    if refused(got, ("ValueError",)):
        return Finding("edges", 1, "no window, no data set", where, observed=made)
    says = f"{got}" if isinstance(got, Problem) else "a data set is made without a word"
    return Finding("edges", 0, f"there is no window: {says}", where, observed=made)
