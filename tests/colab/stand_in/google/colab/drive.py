"""The student's Drive: the course never asks for it."""

from ._not_needed import refuse


def mount(mountpoint, force_remount=False, timeout_ms=120000, readonly=False):
    refuse("drive.mount", "an assignment must not ask a student for access to their Drive")


def flush_and_unmount(timeout_ms=24 * 60 * 60 * 1000):
    refuse("drive.flush_and_unmount", "an assignment must not use a student's Drive")
