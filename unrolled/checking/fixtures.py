"""What a check brings along, as the referee's side has it: the same classes that `Subject.fixture` makes over there."""

from ..client import FIXTURES, Flat, ScriptedCharModel, SmallRecurrent

__all__ = ["FIXTURES", "Flat", "ScriptedCharModel", "SmallRecurrent"]
