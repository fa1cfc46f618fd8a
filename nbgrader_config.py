"""The course as nbgrader sees it: `nbgrader generate_assignment`, `autograde` and `formgrader` all read this.

Every Unrolled part plugs in through nbgrader's own options, so that a plain nbgrader command does what the
`unrolled` command does.
"""

import os
import sys
from pathlib import Path

import unrolled

c = get_config()  # noqa: F821 (traitlets puts it here)

# nbgrader starts `alembic` by its bare name, which fails where the venv's bin is not on the PATH.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])

# --- the course ---------------------------------------------------------------------------------------
c.CourseDirectory.course_id = "unrolled"
c.CourseDirectory.root = str(Path(__file__).parent.absolute())
c.CourseDirectory.source_directory = "source"
c.CourseDirectory.release_directory = "release"
c.CourseDirectory.submitted_directory = "submitted"
c.CourseDirectory.autograded_directory = "autograded"
c.CourseDirectory.feedback_directory = "feedback"
c.CourseDirectory.solution_directory = "solutions"

# --- master -> release --------------------------------------------------------------------------------
c.GenerateAssignment.exporter_class = "unrolled.build.release.ReleaseExporter"
# nbgrader's own list, but that a master may change when work is marked already: its cells are moved, not refused.
c.GenerateAssignment.preprocessors = [
    "nbgrader.preprocessors.IncludeHeaderFooter",
    "nbgrader.preprocessors.InstantiateTests",
    "nbgrader.preprocessors.LockCells",
    "nbgrader.preprocessors.ClearSolutions",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.CheckCellMetadata",
    "nbgrader.preprocessors.ComputeChecksums",
    "unrolled.grading.migration.SaveChangedCells",
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbgrader.preprocessors.ClearMarkScheme",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE\nraise NotImplementedError()"}
c.ClearSolutions.text_stub = "YOUR ANSWER HERE"

# --- submission -> marks ------------------------------------------------------------------------------
# Before nbgrader reads or copies anything, the doctor writes what is to be marked into a folder of its own.
c.Autograde.exporter_class = "unrolled.grading.mended.MendedExporter"
# nbgrader's own list, but that work which was begun on an older release keeps what that one gave out.
c.Autograde.sanitize_preprocessors = [
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.DeduplicateIds",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "unrolled.grading.restored.RestoredCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
# A deleted test cell comes back instead of costing its points.
c.OverwriteCells.add_missing_cells = True
# nbgrader's Execute and SaveAutoGrades give way to ours: the referee outside the kernel marks, and what it
# recorded becomes the score, whatever the cells print.
c.Autograde.autograde_preprocessors = [
    "unrolled.grading.execute.RefereedExecute",
    "unrolled.grading.bounded.BoundedOutput",
    "unrolled.grading.scores.SaveVerdicts",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# Seconds for one cell; nbgrader's own 30 would cut honest work off. An answer that trains has 30 minutes, which is
# only a safety stop: what its training may cost is counted in reference passes.
c.RefereedExecute.timeout = 120
c.RefereedExecute.training_timeout = 1800
c.RefereedExecute.cell_timeouts = {}  # for single cells, by grade_id
# Reference passes that a training may cost, by question, where it is not to be what the question itself allows:
# {"train_echo": 50_000}. On the command line: unrolled grade --budget train_echo=50000
c.RefereedExecute.budgets = {}
# Each notebook runs behind walls (docs/autograder.md): what it may take, whether it may use graphics cards, and whether
# marking goes on where this machine has no wall to offer (`unrolled sandbox`).
c.RefereedExecute.notebook_timeout = 7200  # seconds for all of it
c.RefereedExecute.memory = 2048  # MB
c.RefereedExecute.disk = 512  # MB
c.RefereedExecute.gpu = False
c.RefereedExecute.unsandboxed = False

# How many seconds a gradebook that another program has locked, or whose server is away, is waited for.
c.Patience.seconds = 600

# --- marks -> the page for a student ------------------------------------------------------------------
c.GenerateFeedback.exporter_class = "unrolled.reports.feedback.FeedbackExporter"
c.FeedbackExporter.template_name = "unrolled_feedback"
c.FeedbackExporter.extra_template_basedirs = [str(Path(unrolled.__file__).parent / "reports" / "templates")]
