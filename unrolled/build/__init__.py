"""Masters to releases. Never imports unrolled.grading."""
