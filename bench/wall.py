"""What does the wall cost? The same checks in process and across a socket, turn by turn in one run.

    python bench/wall.py [ROUNDS]

Prints the ratio of the medians, which is what to quote: seconds differ between machines and hours.
"""

import statistics
import sys
import time

from unrolled.auditing.audit import in_process
from unrolled.auditing.child import ChildHost
from unrolled.checking.question import mark
from unrolled.checking.subject import Subject
from unrolled.course.course import PRACTICE_SALT, Course


def main(rounds: int) -> None:
    course = Course.find(__file__)
    with ChildHost() as child:
        for assignment in course.assignments:
            bundle = course.bundle(assignment)
            for id, question in bundle.questions.items():
                seconds = {"in process": [], "socket": []}
                for _ in range(rounds + 1):  # the first round warms both up
                    for name, host in (("in process", in_process), ("socket", child.host)):
                        with host(bundle.program(id)) as channel:
                            start = time.perf_counter()
                            verdict = mark(question, Subject(channel), PRACTICE_SALT).verdict
                            seconds[name].append(time.perf_counter() - start)
                            assert not verdict.failed, verdict.text()
                here, there = (statistics.median(times[1:]) for times in seconds.values())
                print(
                    f"{id:24} in process {1e3 * here:6.1f} ms   socket {1e3 * there:6.1f} ms   ratio {there / here:.2f}"
                )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
