"""CharDataset is held to the windows of the ids, and to those one place later."""

import torch

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
    a single window.
    """
    for case in draw.cases(N=[7, 30], T=[1, 2, 6], strided=False):
        encoded = [100 + i for i in integers(case, case.N, 9)]
        mine, count = dataset_class(encoded, case.T), case.N - case.T
        yield _length(mine, count, case)
        yield from _windows(mine, encoded, count, case)
        yield _loop(mine, count, case)
        yield _backwards(mine, encoded, count, case)

    for encoded, T in (([7, 8, 9], 3), ([7, 8, 9], 5), ([], 1), ([7, 8], 0), ([7, 8, 9], -1)):
        got = dataset_class(encoded, T).value()
        fine = refused(got, ("ValueError",))
        made = f"{got}" if isinstance(got, Problem) else "a data set is made without a word"
        says = "no window, no data set" if fine else f"there is no window: {made}"
        yield Finding("edges", float(fine), says, f"N={len(encoded)}, T={T}", observed=getattr(got, "kind", "made"))


def _length(dataset, count, case):
    got = dataset.length().value()
    if isinstance(got, Problem):
        return Finding("length", 0, str(got), str(case), observed=got)
    if got != count:
        more = "more" if got > count else "fewer"
        says = f"len is {got}: {more} than there are windows with a target"
        return Finding("length", 0, says, str(case), observed=got)
    return Finding("length", 1, "as many as there are windows with a target", str(case), observed=got)


def _windows(dataset, encoded, count, case):
    """All items, as far as len goes, and what they are made of. A wrong len has cost its points."""
    T, length = case.T, dataset.length().value()
    if isinstance(length, int) and 0 <= length < count:
        count = length
    if count == 0:
        return
    for i, item in enumerate(dataset.subject.values(*[dataset[i] for i in range(count)])):
        if isinstance(item, Problem):
            yield Finding("pairs", 0, f"item {i}: {item}", str(case), observed=item)
            return
        if not isinstance(item, list | tuple) or len(item) != 2 or not all(isinstance(p, torch.Tensor) for p in item):
            yield Finding("pairs", 0, f"item {i} is no pair of tensors: {short(item)}", str(case), observed=item)
            return
        kinds = {str(part.dtype).removeprefix("torch.") for part in item} - {"int64"}
        says = f"item {i} has {', '.join(sorted(kinds))} in it" if kinds else "int64"
        yield Finding("dtype", float(not kinds), says, str(case), observed=sorted(kinds))
        x, y = (part.tolist() for part in item)
        says = ""
        if x != encoded[i : i + T]:
            says = f"x of item {i} is not the {T} ids from place {i} on: its shape is {tuple(item[0].shape)}"
        elif y != encoded[i + 1 : i + T + 1]:
            says = f"y of item {i} is not x moved on by one place: its shape is {tuple(item[1].shape)}"
        if says:
            yield Finding("pairs", 0, says, str(case), observed=[x, y])
            return
    yield Finding("pairs", 1, "every window, with the ids one place later", str(case), observed=count)


def _loop(dataset, count, case):
    """A for loop ends after the last window, and no item comes after it."""
    seen, past = dataset.subject.values(dataset.items(most=count + 3), dataset[case.N + 5])
    if isinstance(seen, Problem):
        return Finding("bounds", 0, str(seen), str(case), observed=seen)
    if len(seen) != count:
        says = f"a loop over the data set gives {'at least ' if len(seen) > count + 2 else ''}{len(seen)} items"
        return Finding("bounds", 0, f"{says}, but it should end with the last window", str(case), observed=len(seen))
    if not refused(past, ("IndexError",)):
        says = f"the item far past the end {told(past, ('IndexError',))}"
        return Finding("bounds", 0, says, str(case), observed=past)
    return Finding("bounds", 1, "it ends with the last window", str(case), observed=len(seen))


def _backwards(dataset, encoded, count, case):
    """dataset[-1] is the last pair, as in a list, or an IndexError; never something else."""
    got = dataset[-1].value()
    if refused(got, ("IndexError",)):
        return Finding("bounds", 1, "it ends with the last window", str(case))
    last = [encoded[count - 1 : count - 1 + case.T], encoded[count : count + case.T]]
    if isinstance(got, list | tuple) and [p.tolist() if isinstance(p, torch.Tensor) else p for p in got] == last:
        return Finding("bounds", 1, "it ends with the last window", str(case))
    says = f"the item at place -1 {told(got, ('IndexError',))}, and is not the last one either"
    return Finding("bounds", 0, says, str(case), observed=got)
