"""Wrong answers to gradient_flow: the reference solution with one fault each."""

from unrolled.checking.catalogue import Misconception

MISCONCEPTIONS = [
    Misconception(
        "largest_singular_value",
        at="np.abs(np.linalg.eigvals(W)).max()",
        becomes="np.linalg.norm(W, 2)",
        what="the largest singular value",
        hint="It bounds one step. What many steps do is decided by the eigenvalues.",
        caught_by=("radius",),
        seen="document 002 scales by it, and its exploding example vanishes",
    ),
    Misconception(
        "frobenius_norm",
        at="np.abs(np.linalg.eigvals(W)).max()",
        becomes="np.linalg.norm(W)",
        what="the root of the sum of squares",
        hint="Ask for the eigenvalues.",
        caught_by=("radius",),
    ),
    Misconception(
        "real_part",
        at="np.abs(np.linalg.eigvals(W)).max()",
        becomes="np.abs(np.linalg.eigvals(W).real).max()",
        what="the largest real part",
        hint="A complex eigenvalue's size is the length √(a² + b²): np.abs of the complex number.",
        caught_by=("radius",),
    ),
    Misconception(
        "largest_not_in_size",
        at="np.abs(np.linalg.eigvals(W)).max()",
        becomes="np.linalg.eigvals(W).real.max()",
        what="the largest eigenvalue by its sign",
        hint="−1.3 makes things grow as fast as 1.3.",
        caught_by=("radius",),
    ),
    Misconception(
        "smallest",
        at="np.abs(np.linalg.eigvals(W)).max()",
        becomes="np.abs(np.linalg.eigvals(W)).min()",
        what="the smallest eigenvalue",
        hint="After many steps the largest is what is left.",
        caught_by=("radius",),
    ),
    Misconception(
        "symmetric_part",
        at="np.linalg.eigvals(W)",
        becomes="np.linalg.eigvalsh(W)",
        what="the eigenvalues of a symmetric matrix",
        hint="eigvalsh reads one triangle only and takes the matrix for symmetric. W_hh is not.",
        caught_by=("radius",),
    ),
    Misconception(
        "mean_eigenvalue",
        at="np.abs(np.linalg.eigvals(W)).max()",
        becomes="np.abs(np.linalg.eigvals(W)).mean()",
        what="the mean of the eigenvalues",
        hint="One large eigenvalue is enough to explode.",
        caught_by=("radius",),
    ),
    Misconception(
        "without_the_start",
        at="norms = [np.linalg.norm(J)]",
        becomes="norms = []",
        what="norms without J_0",
        hint="num_steps + 1 numbers: the first is the norm before any step.",
        caught_by=("norms",),
    ),
    Misconception(
        "one_step_more",
        at="for n in range(num_steps):",
        becomes="for n in range(num_steps + 1):",
        what="one step too many",
        hint="num_steps + 1 numbers, J_0 among them.",
        caught_by=("norms",),
    ),
    Misconception(
        "spectral_norms",
        at="norms.append(np.linalg.norm(J))",
        becomes="norms.append(np.linalg.norm(J, 2))",
        what="largest singular values in the place of norms",
        hint="np.linalg.norm without a second argument is the root of the sum of squares.",
        caught_by=("norms",),
    ),
    Misconception(
        "powers_of_the_radius",
        at="norms.append(np.linalg.norm(J))",
        becomes="norms.append(norms[0] * spectral_radius(W_hh) ** (n + 1))",
        what="powers of the spectral radius",
        hint="That is where it ends up. On the way there the norm may go up first: multiply the matrices.",
        caught_by=("norms", "states"),
    ),
    Misconception(
        "transpose_forgotten",
        at="J = W_hh.T @ J",
        becomes="J = W_hh @ J",
        what="W_hh without its transpose",
        hint="Gradients go back through W_hhᵀ. Without states the norms are the same, with states they are not.",
        caught_by=("states",),
    ),
    Misconception(
        "slope_after_the_matrix",
        at="        if states is not None:\n"
        "            J = (1 - states[-1 - n] ** 2) * J  # diag(1 - h²) @ J: each row times its unit's slope\n"
        "        J = W_hh.T @ J",
        becomes="        J = W_hh.T @ J\n        if states is not None:\n            J = (1 - states[-1 - n] ** 2) * J",
        what="tanh's slope after W_hhᵀ",
        hint="Backwards, tanh comes first and the matrix after it: the reverse of forwards.",
        caught_by=("states",),
    ),
    Misconception(
        "multiplied_from_the_right",
        at="            J = (1 - states[-1 - n] ** 2) * J  # diag(1 - h²) @ J: each row times its unit's slope\n"
        "        J = W_hh.T @ J",
        becomes="            J = J @ (W_hh.T * (1 - states[-1 - n].T ** 2))\n        else:\n            J = J @ W_hh.T",
        what="a product whose factors stand in the other order",
        hint="Each further step back is multiplied from the left: J_2 is the factor of the state before times J_1.",
        caught_by=("states",),
    ),
    Misconception(
        "states_from_the_beginning",
        at="states[-1 - n]",
        becomes="states[n]",
        what="states taken from the beginning",
        hint="The way back begins at the last state.",
        caught_by=("states",),
    ),
    Misconception(
        "slope_unsquared",
        at="(1 - states[-1 - n] ** 2)",
        becomes="(1 - states[-1 - n])",
        what="1 − h in the place of 1 − h²",
        hint="The slope of tanh is 1 − tanh².",
        caught_by=("states",),
    ),
    Misconception(
        "states_ignored",
        at="if states is not None:",
        becomes="if False:",
        what="a product that does not look at the states",
        hint="With states, each step has a factor diag(1 − h²) as well.",
        caught_by=("states",),
    ),
    Misconception(
        "slope_by_column",
        at="(1 - states[-1 - n] ** 2) * J",
        becomes="(1 - states[-1 - n] ** 2).T * J",
        what="slopes that multiply the columns",
        hint="diag(s) @ J multiplies the rows: s is a column (H, 1), and broadcasting does the rest.",
        caught_by=("states",),
    ),
    Misconception(
        "fifty_at_most",
        at="for n in range(num_steps):",
        becomes="for n in range(min(num_steps, 50)):",
        what="fifty steps at most",
        hint="num_steps says how many.",
        caught_by=("norms",),
        hidden_only="the visible test takes two steps",
    ),
]

# Changes of the reference that no check should reject (unrolled.auditing.mutants): mutant -> why it is as right.
EQUIVALENT = {
    "line 3: the result loses its axes of one": "a number has none",
    "line 15: the result loses its axes of one": "numbers have none",
}

# Ideas that reject no entry by themselves: idea -> why they have points of their own all the same.
NEVER_ALONE = {"norms": "what is wrong without states is wrong with them; it tells which part is right"}
