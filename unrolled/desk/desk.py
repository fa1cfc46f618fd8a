"""The desk: carries out the referee's requests beside the student's code.

The referee (another process, or the checking code in this one) never touches the student's object.
It sends short lists of operations on numbered slots: look up a name, call, set a weight, take a
gradient, give back a value. `Desk` executes them. No expected value, no tolerance and no test is ever
on this side, so nothing here is worth reading or patching.

Operations do not raise: what fails becomes a `Problem` in its slot, and operations on a Problem give
the same Problem, so that one list can hold construct, load and call without asking in between.
"""

from __future__ import annotations

import contextlib
import io
import linecache
import random
import traceback
import warnings
from collections.abc import Iterator

import numpy as np
import torch

from unrolled.desk.fixtures import FIXTURES
from unrolled.desk.meter import METER, Meter
from unrolled.desk.reading import as_tensor
from unrolled.desk.stand_ins import STAND_INS
from unrolled.desk.wire import Problem, Ref


class Desk:
    """The student's side of a check: named objects of the notebook, and slots of what came of them.

    namespace: the notebook's globals, name -> object. meter: counts what running the notebook has cost.
    """

    def __init__(self, namespace: dict, meter: Meter = METER) -> None:
        self.namespace, self.meter = namespace, meter
        self.slots: dict[int, object] = {}
        self.printed: dict[int, str] = {}
        self.own: dict[str, object] = {}  # what a stand-in has taken the place of
        self.stopped = False  # once interrupted, nothing more of the student's is started

    def handle(self, operations: list[dict], wanted: list[int]) -> list:
        """Carry out the operations in order; return the values of the wanted slots."""
        with _usual_settings():
            for operation in operations:
                self.slots[operation["out"]] = self._carry_out(operation)
        return [self.slots.get(slot, Problem("LookupError", "an empty slot")) for slot in wanted]

    def _carry_out(self, operation: dict):
        try:
            arguments = {key: self._resolve(value) for key, value in operation.items() if key not in ("op", "out")}
            problem = _first_problem(arguments.values())
            if problem is not None:
                return problem
            if self.stopped:
                return Problem("TimeoutError", "stopped before this was tried, because it took too long")
            return getattr(self, "_op_" + operation["op"])(operation["out"], **arguments)
        except KeyboardInterrupt:
            self.stopped = True
            return Problem("TimeoutError", "it did not finish in time and was stopped")
        except BaseException as error:  # SystemExit too: a student's exit() must not end the marking
            return _problem(error)

    def _resolve(self, value):
        if isinstance(value, Ref):
            return self.slots.get(value.slot, Problem("LookupError", "an empty slot"))
        if isinstance(value, list | tuple):
            return type(value)(self._resolve(item) for item in value)
        if isinstance(value, dict):
            return {key: self._resolve(item) for key, item in value.items()}
        return value

    # --- the operations; each returns what goes into its slot -----------------------------------------

    def _op_lookup(self, out, name):
        if name not in self.namespace:
            return Problem("NameError", f"there is no {name} in the notebook")
        return self.namespace[name]

    def _op_stand_in(self, out, name, kind):
        """Put one of STAND_INS where the notebook's own `name` was, which may be missing; `_op_own` puts it back."""
        own = self.own.setdefault(name, self.namespace.get(name, _ABSENT))
        self.namespace[name] = STAND_INS[kind](None if own is _ABSENT else own)

    def _op_run_again(self, out, source):
        """Run a cell's source in the notebook; `_op_own` undoes what it binds."""
        shell = self.namespace.get("get_ipython")
        if callable(shell):  # %time and the like
            source = shell().transform_cell(source)
        for name, value in self.namespace.items():
            self.own.setdefault(name, value)
        before = set(self.namespace)
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            try:
                exec(compile(source, "<cell run again>", "exec", dont_inherit=True), self.namespace)
            finally:
                self.own.update(dict.fromkeys(self.namespace.keys() - before, _ABSENT))

    def _op_own(self, out):
        """Every name means the notebook's own object again."""
        for name, value in self.own.items():
            if value is _ABSENT:
                self.namespace.pop(name, None)
            else:
                self.namespace[name] = value
        self.own.clear()

    def _op_put(self, out, value):
        return value

    def _op_call(self, out, target, args, kwargs, grad):
        text = io.StringIO()
        try:
            with contextlib.redirect_stdout(text), contextlib.redirect_stderr(text), torch.set_grad_enabled(grad):
                return target(*args, **kwargs)
        finally:
            self.printed[out] = text.getvalue()[:10_000]

    def _op_get(self, out, target, path):
        for name in path.split("."):  # a module in a ModuleDict may have a number for its name
            target = target[int(name)] if name.isdigit() and not hasattr(target, name) else getattr(target, name)
        return target

    def _op_set(self, out, target, path, value):
        *parents, last = path.split(".")
        owner = self._op_get(out, target, ".".join(parents)) if parents else target
        current = getattr(owner, last, None)
        if isinstance(current, torch.Tensor) and isinstance(value, torch.Tensor):
            if current.shape != value.shape:
                raise ValueError(f"{path} has shape {tuple(current.shape)}; it should be {tuple(value.shape)}")
            with torch.no_grad():
                current.copy_(value)  # in place: an optimizer, or a view of the same weights, keeps hold of it
        else:
            setattr(owner, last, value)
        return target

    def _op_item(self, out, target, index):
        return target[index]

    def _op_part(self, out, target, index, count):
        parts = [target] if target is None or isinstance(target, torch.Tensor) else target
        if index >= len(parts):
            raise TypeError(f"only {len(parts)} of {count} results came back")
        return parts[index]

    def _op_length(self, out, target):
        return len(target)

    def _op_items(self, out, target, most):
        return [item for item, _ in zip(target, range(most), strict=False)]

    def _op_printed(self, out, slot):
        return self.printed.get(slot, "")

    def _op_state(self, out, target):
        return {name: tensor.detach().clone() for name, tensor in target.state_dict().items()}

    def _op_load_state(self, out, target, state):
        target.load_state_dict(state)
        return target

    def _op_registered(self, out, target, path):
        """Is this tensor one of the module's parameters (or a view of one), so that an optimizer sees it?

        "made anew" for what is another tensor each time it is asked for, so that no gradient can be asked of it.
        """
        tensor = self._op_get(out, target, path)
        if isinstance(tensor, torch.Tensor) and tensor is not self._op_get(out, target, path):
            return "made anew"
        homes = {parameter.untyped_storage().data_ptr() for parameter in target.parameters()}
        return isinstance(tensor, torch.Tensor) and tensor.untyped_storage().data_ptr() in homes

    def _op_grad(self, out, outputs, cotangents, wrt):
        """Vector-Jacobian product: one gradient per `wrt`, None where nothing flows."""
        read = [as_tensor(o, c.shape) for o, c in zip(outputs, cotangents, strict=True)]
        pairs = [(o, c) for o, c in zip(read, cotangents, strict=True) if o.requires_grad]
        live = [w for w in wrt if isinstance(w, torch.Tensor) and w.requires_grad]
        if not pairs or not live:
            return [None] * len(wrt)
        grads = iter(
            torch.autograd.grad(
                [o for o, _ in pairs], live, [c for _, c in pairs], allow_unused=True, retain_graph=True
            )
        )
        return [next(grads) if isinstance(w, torch.Tensor) and w.requires_grad else None for w in wrt]

    def _op_forget(self, out, slots):
        """Let go of what nobody will ask for again: a check makes thousands of values."""
        for slot in slots:
            self.slots.pop(slot, None)
            self.printed.pop(slot, None)

    def _op_seed(self, out, seed):
        if torch.backends.cuda.is_built() or torch.backends.mps.is_built():
            torch.manual_seed(seed)
        else:  # manual_seed would write down three stacks for devices that there are none of; a check seeds often
            torch.default_generator.manual_seed(seed)
        np.random.seed(seed % 2**32)
        random.seed(seed)

    def _op_fixture(self, out, name, arguments):
        """Something that a check brings along: a model whose answers are written down, and that takes notes."""
        return FIXTURES[name](**arguments)

    def _op_lap(self, out):
        self.meter.lap()

    def _op_spent(self, out, target):
        return self.meter.spent(_home(target).device.type)

    def _op_beside(self, out, target, value):
        """The value on the module's device and, if it is a floating-point tensor, in its dtype."""
        home = _home(target)
        return value.to(home.device, home.dtype if value.is_floating_point() else None)

    def _op_kinds(self, out, target):
        """The class names along the inheritance of every submodule, for a look at what a module is made of."""
        return {
            path: [f"{base.__module__}.{base.__qualname__}" for base in type(module).__mro__]
            for path, module in target.named_modules()
        }


_ABSENT = object()


@contextlib.contextmanager
def _usual_settings() -> Iterator[None]:
    """Torch as it starts, while an operation runs: what a notebook has set for all of itself costs nothing here."""
    dtype, gradients, device = torch.get_default_dtype(), torch.is_grad_enabled(), torch.get_default_device()
    elsewhere = device.type != "cpu"
    torch.set_default_dtype(torch.float32)
    torch.set_grad_enabled(True)
    if elsewhere:
        torch.set_default_device(None)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a notebook that turns warnings into errors means its own code
            yield
    finally:
        torch.set_default_dtype(dtype)
        torch.set_grad_enabled(gradients)
        if elsewhere:
            torch.set_default_device(device)


def _home(module) -> torch.Tensor:
    """A tensor that lives where the module's parameters live; on the CPU, in float32, if it has none."""
    parameters = getattr(module, "parameters", lambda: iter(()))
    floats = (p.detach() for p in parameters() if p.is_floating_point())
    return next(floats, torch.zeros((), dtype=torch.float32))


def _first_problem(values):
    for value in values:
        if isinstance(value, Problem):
            return value
        if isinstance(value, dict):
            value = list(value.values())
        if isinstance(value, list | tuple):
            inner = _first_problem(value)
            if inner is not None:
                return inner
    return None


def _problem(error: BaseException) -> Problem:
    """Describe an exception by its class, its message and the student's own line it came from."""
    where = ""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if _is_the_students(frame.filename):
            where = (frame.line or linecache.getline(frame.filename, frame.lineno or 0)).strip()
            break
    try:
        message = " ".join(str(error).split())
    except BaseException:  # a student's exception class may fail in its own __str__
        message = ""
    return Problem(type(error).__name__, message, where)


def _is_the_students(filename: str) -> bool:
    return "ipykernel_" in filename or filename.startswith(("<ipython", "<cell"))
