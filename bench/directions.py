"""One direction against both: held-out losses of the reference training over several seeds, beside the limits.

    python bench/directions.py              5 seeds, on the text that the notebook finds (about a minute)
    UNROLLED_DATA=FOLDER python bench/directions.py      on the tiny Shakespeare that lies in that folder

Each line is one seed: the mean squared error on the notebook's held-out windows of uni_model and bi_model, and their
ratio. Naive is always saying the mean distance.
"""

import argparse
import os
import sys
import time
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"
sys.path.insert(0, str(Path(__file__).parents[1]))

from unrolled.course.course import Course
from unrolled.course.program import run_program

BI, UNI, RATIO = 1.1, 3.8, 0.65  # as in questions/bidirectional/train_bi_rnn/check.py


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", type=int, default=5)
    seeds = parser.parse_args().seeds
    bundle, id = Course.find(__file__).bundle("05_bidirectional"), "train_bi_rnn"
    *given, _ = bundle.program(id)
    held = 0
    for seed in range(seeds):
        namespace, began = run_program(given), time.process_time()
        if not seed:
            y = namespace["labels_of"](namespace["val_ids"][: 64 * 256].view(64, 256)).float()
            print(f"{namespace['source']}; naive {y.var():.2f}; limits: bi {BI}, uni {UNI}, ratio {RATIO}")
        answer = bundle.answers[id].replace("torch.manual_seed(0)", f"torch.manual_seed({seed})")
        run_program([(id, answer)], namespace)
        uni, bi = (namespace["held_out_loss"](namespace[name]) for name in ("uni_model", "bi_model"))
        held += bi < BI and uni < UNI and bi < RATIO * uni
        took = time.process_time() - began
        print(f"seed {seed}: uni {uni:.3f}, bi {bi:.3f}, ratio {bi / uni:.3f} ({took:.1f} CPU-s)", flush=True)
    print(f"all three limits kept on {held} of {seeds} seeds")
    sys.exit(held < seeds)


if __name__ == "__main__":
    main()
