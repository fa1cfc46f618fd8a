"""The devices of graphics cards, which notebooks get where that is asked for."""

from __future__ import annotations

import glob

PLACES = ("/dev/nvidia*", "/dev/dri", "/dev/kfd", "/dev/dxg")


def devices() -> tuple[str, ...]:
    """Those that there are."""
    return tuple(sorted(path for place in PLACES for path in glob.glob(place)))
