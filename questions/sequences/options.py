"""The wrong answers to a question of choice."""

from unrolled.checking.catalogue import Misconception

_ONLY_A_LETTER = "the visible test only asks for a letter"


def options(right: str, reasons: dict[str, str]) -> list[Misconception]:
    """The wrong options of a question of choice, each with the reason why it is wrong, and what is no option."""
    at = f'"{right}"'
    wrong = [
        Misconception(f"option_{letter.lower()}", at, f'"{letter}"', "", reason, ("answer",), _ONLY_A_LETTER)
        for letter, reason in reasons.items()
    ]
    none = {"not_a_letter": '"?"', "a_word": f'"{right}ut"'}
    return [*wrong, *(Misconception(n, at, b, "", "One letter: A, B, C or D.", ("answer",)) for n, b in none.items())]
