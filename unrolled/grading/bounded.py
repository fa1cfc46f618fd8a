"""In the place of nbgrader's LimitOutput, which counts lines alone: one line may have fifty megabytes."""

from __future__ import annotations

from nbgrader.preprocessors import NbGraderPreprocessor

from unrolled.doctor.outputs import bound_notebook


class BoundedOutput(NbGraderPreprocessor):
    """What a marked notebook shows is bounded by characters, figures and boxes (unrolled.doctor.limits)."""

    def preprocess(self, nb, resources):
        bound_notebook(nb)
        return nb, resources
