"""What a cell may do with its output area."""


def enable_custom_widget_manager():
    """Colab then loads widgets from outside its own set, such as ipympl's canvas. Nothing to do here."""


def disable_custom_widget_manager():
    """Back to Colab's own widgets."""


def no_vertical_scroll():
    """Show a long output in full."""


def clear(wait=False, output_tags=()):
    """Empty the output area of the cell that runs."""
    from IPython.display import clear_output

    clear_output(wait=wait)
