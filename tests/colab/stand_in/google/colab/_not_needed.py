"""The error for what Colab offers and an assignment must do without."""


class NotNeeded(Exception):
    """A notebook called something in Colab that it must not need."""


def refuse(call: str, because: str) -> None:
    raise NotNeeded(f"the notebook calls google.colab.{call}: {because}")
