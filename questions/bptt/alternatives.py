"""Right answers to the questions of 03_bptt, written in other ways than the reference."""

from unrolled.checking.catalogue import Alternative

A = Alternative

_INIT = """class VanillaRNN:
    def __init__(self, input_dim, hidden_dim, output_dim):
        self.input_dim, self.hidden_dim, self.output_dim = input_dim, hidden_dim, output_dim
        bound = 1 / np.sqrt(hidden_dim)
        self.W_xh = np.random.uniform(-bound, bound, (hidden_dim, input_dim))
        self.W_hh = np.random.uniform(-bound, bound, (hidden_dim, hidden_dim))
        self.W_hy = np.random.uniform(-bound, bound, (output_dim, hidden_dim))
        self.b_h = np.zeros((hidden_dim, 1))
        self.b_y = np.zeros((output_dim, 1))
        self.cache = {}

"""

# One class with all methods: states from -1 on in a dictionary, a loss that adds 1e-10, clipping inside backward.
WHOLE_CLASS = (
    _INIT
    + """    def forward(self, inputs, h_prev=None):
        state = np.zeros((self.hidden_dim, 1)) if h_prev is None else h_prev
        self.xs, self.hs, self.ys, self.ps = inputs, {-1: state}, {}, None
        for t, x_t in enumerate(inputs):
            self.hs[t] = np.tanh(np.dot(self.W_xh, x_t) + np.dot(self.W_hh, self.hs[t - 1]) + self.b_h)
            self.ys[t] = np.dot(self.W_hy, self.hs[t]) + self.b_y
        steps = range(len(inputs))
        return [self.ys[t] for t in steps], [self.hs[t] for t in steps]

    def softmax(self, x):
        shifted = x - np.max(x)
        return np.exp(shifted) / np.exp(shifted).sum()

    def compute_loss(self, outputs, targets):
        self.ps, total = {}, 0
        for t, y in enumerate(outputs):
            self.ps[t] = self.softmax(y)
            total -= np.log(self.ps[t][targets[t], 0] + 1e-10)
        return total / len(outputs)

    def backward(self, targets):
        if self.ps is None:
            raise ValueError("backward needs the loss of the last forward")
        n = len(targets)
        dWx, dWh, dWy = np.zeros_like(self.W_xh), np.zeros_like(self.W_hh), np.zeros_like(self.W_hy)
        dbh, dby, carried = np.zeros_like(self.b_h), np.zeros_like(self.b_y), np.zeros((self.hidden_dim, 1))
        for t in range(n - 1, -1, -1):
            error = np.copy(self.ps[t])
            error[targets[t], 0] -= 1
            error = error / n
            dWy += np.outer(error, self.hs[t])
            dby += error
            back = np.dot(self.W_hy.T, error) + carried
            raw = (1 - np.square(self.hs[t])) * back
            dWx += np.outer(raw, self.xs[t])
            dWh += np.outer(raw, self.hs[t - 1])
            dbh += raw
            carried = np.dot(self.W_hh.T, raw)
        for d in (dWx, dWh, dWy, dbh, dby):
            np.clip(d, -5, 5, out=d)
        return dict(dW_xh=dWx, dW_hh=dWh, dW_hy=dWy, db_h=dbh, db_y=dby)

    def update_parameters(self, grads, learning_rate):
        self.W_xh -= learning_rate * grads["dW_xh"]
        self.W_hh -= learning_rate * grads["dW_hh"]
        self.W_hy -= learning_rate * grads["dW_hy"]
        self.b_h -= learning_rate * grads["db_h"]
        self.b_y -= learning_rate * grads["db_y"]
"""
)

TWO_CLIPS = """
def clip_by_value(grads, limit):
    clipped = {}
    for key in grads:
        clipped[key] = np.maximum(-limit, np.minimum(limit, grads[key]))
    return clipped


def clip_by_norm(grads, max_norm):
    flat = np.concatenate([g.reshape(-1) for g in grads.values()])
    total = np.linalg.norm(flat)
    if total <= max_norm:
        return {key: g.copy() for key, g in grads.items()}
    return {key: g / total * max_norm for key, g in grads.items()}
"""

_LOSS = "class WithLoss(VanillaRNN):\n"
_BACKWARD = "class WithBackward(VanillaRNN):\n    def backward(self, targets):\n"
_REFUSES = '        if "probs" not in self.cache:\n            raise RuntimeError("the loss has not been computed")\n'

ALTERNATIVES = {
    "forward": [
        A("whole_class", WHOLE_CLASS, "one class with all methods, states in a dictionary that begins at -1"),
        A(
            "one_matrix",
            _INIT
            + """    def forward(self, inputs, h_prev=None):
        if h_prev is None:
            h_prev = np.zeros_like(self.b_h)
        self.states = [h_prev]
        both = np.concatenate([self.W_xh, self.W_hh], axis=1)
        for x in inputs:
            a = both.dot(np.concatenate([x, self.states[-1]])) + self.b_h
            self.states.append((np.exp(a) - np.exp(-a)) / (np.exp(a) + np.exp(-a)))
        self.inputs = inputs
        return [self.W_hy.dot(h) + self.b_y for h in self.states[1:]], self.states[1:]
""",
            "one matrix for input and memory together, tanh by its formula, outputs in a second loop",
        ),
        A(
            "arrays",
            _INIT
            + """    def forward(self, inputs, h_prev=None):
        T = len(inputs)
        H = np.zeros((T, self.hidden_dim, 1))
        from_input = np.einsum("hi,tio->tho", self.W_xh, np.array(inputs)) + self.b_h
        before = np.zeros((self.hidden_dim, 1)) if h_prev is None else np.array(h_prev)
        for t in range(T):
            print("step", t)
            H[t] = before = np.tanh(from_input[t] + self.W_hh @ before)
        Y = self.W_hy @ H + self.b_y
        return Y, H
""",
            "all inputs at once by einsum, results in two arrays; prints as it goes",
        ),
        A(
            "accumulated",
            _INIT
            + """    def step(self, x, h):
        return np.tanh(self.b_h + (self.W_hh @ h) + (self.W_xh @ x))

    def forward(self, inputs, h_prev=None):
        import itertools
        first = h_prev if h_prev is not None else np.zeros((self.hidden_dim, 1))
        chain = list(itertools.accumulate(inputs, lambda h, x: self.step(x, h), initial=first))
        self.cache["chain"] = chain
        return tuple(self.W_hy @ h + self.b_y for h in chain[1:]), tuple(chain[1:])
""",
            "a method for one step and itertools.accumulate; tuples for lists",
        ),
    ],
    "loss": [
        A("whole_class", WHOLE_CLASS, "a small number inside the logarithm, which changes nothing that is asked here"),
        A(
            "log_sum_exp",
            _LOSS
            + """    def softmax(self, x):
        return np.exp(x - self.log_total(x))

    @staticmethod
    def log_total(x):
        top = x.max()
        return top + np.log(np.exp(x - top).sum())

    def compute_loss(self, outputs, targets):
        self.outputs = outputs
        total = 0.0
        for y, c in zip(outputs, targets, strict=True):
            total += self.log_total(y) - y[c, 0]
        return float(total) / len(targets)

VanillaRNN = WithLoss
""",
            "the logarithm of the sum of exponentials, no probability at all",
        ),
        A(
            "all_steps_at_once",
            _LOSS
            + """    def softmax(self, x):
        e = np.exp(x - np.max(x, axis=0, keepdims=True))
        return e / np.sum(e, axis=0, keepdims=True)

    def compute_loss(self, outputs, targets):
        Y = np.hstack(outputs)
        P = self.softmax(Y)
        self.cache["P"] = P
        return -np.log(P[np.asarray(targets), np.arange(len(targets))]).mean()

VanillaRNN = WithLoss
""",
            "all steps as the columns of one matrix",
        ),
        A(
            "one_hot_product",
            _LOSS
            + """    def softmax(self, x):
        x = x - x[np.argmax(x)]
        return np.exp(x) * (1 / np.exp(x).sum())

    def compute_loss(self, outputs, targets):
        loss = np.zeros(1)
        for t in range(len(targets)):
            wanted = np.zeros((self.output_dim, 1))
            wanted[targets[t]] = 1
            logs = outputs[t] - outputs[t].max() - np.log(np.exp(outputs[t] - outputs[t].max()).sum())
            loss -= (wanted * logs).sum() / len(targets)
        return loss

VanillaRNN = WithLoss
""",
            "a product with one-hot targets; the loss is an array with one number",
        ),
    ],
    "backward": [
        A("whole_class", WHOLE_CLASS, "outer products, clipping at ±5 inside, a refusal of another kind"),
        A(
            "all_at_once",
            _BACKWARD
            + _REFUSES
            + """        T = len(targets)
        X = np.hstack(self.cache["inputs"])  # (I, T)
        H = np.hstack(self.cache["states"])  # (H, T + 1)
        dY = np.hstack(self.cache["probs"])
        dY = (dY - np.eye(dY.shape[0])[:, targets]) / T
        dZ = np.zeros((H.shape[0], T))
        later = np.zeros(H.shape[0])
        for t in range(T)[::-1]:
            dZ[:, t] = (self.W_hy.T @ dY[:, t] + later) * (1 - H[:, t + 1] ** 2)
            later = dZ[:, t] @ self.W_hh
        return {"dW_xh": dZ @ X.T, "dW_hh": dZ @ H[:, :-1].T, "dW_hy": dY @ H[:, 1:].T,
                "db_h": dZ.sum(axis=1, keepdims=True), "db_y": dY.sum(1)[:, None]}

VanillaRNN = WithBackward
""",
            "the loop makes only δz; the weights' gradients are matrix products over all steps",
        ),
        A(
            "never_stale",
            _BACKWARD
            + """        xs, hs = self.cache["inputs"], self.cache["states"]
        T, g = len(targets), {"d" + n: 0 * getattr(self, n) for n in ("W_xh", "W_hh", "W_hy", "b_h", "b_y")}
        want = 0 * hs[0]
        for t in sorted(range(T), reverse=True):
            y = self.W_hy @ hs[t + 1] + self.b_y
            d = self.softmax(y)
            d = (d - np.eye(len(d))[:, [targets[t]]]) / T
            z = (self.W_hy.T @ d + want) * (1 - hs[t + 1]) * (1 + hs[t + 1])
            g = {"dW_xh": g["dW_xh"] + z * xs[t].T, "dW_hh": g["dW_hh"] + z * hs[t].T,
                 "dW_hy": g["dW_hy"] + d * hs[t + 1].T, "db_h": g["db_h"] + z, "db_y": g["db_y"] + d}
            want = self.W_hh.T @ z
        return g

VanillaRNN = WithBackward
""",
            "works the probabilities out anew from the last states, so that they cannot be out of date",
        ),
        A(
            "step_by_step_recursion",
            _BACKWARD
            + '''        assert "probs" in self.cache, "compute_loss first: there are no probabilities"
        c, T = self.cache, len(targets)

        def down(t):
            """(gradients of all steps from t on, what they want of h_{t-1})."""
            if t == T:
                return [np.zeros_like(getattr(self, n)) for n in ("W_xh", "W_hh", "W_hy", "b_h", "b_y")], 0.0
            grads, want = down(t + 1)
            dy = c["probs"][t] / T
            dy[targets[t], 0] -= 1 / T
            dz = (1 - c["states"][t + 1] ** 2) * (self.W_hy.T @ dy + want)
            mine = (dz @ c["inputs"][t].T, dz @ c["states"][t].T, dy @ c["states"][t + 1].T, dz, dy)
            return [a + b for a, b in zip(grads, mine)], self.W_hh.T @ dz

        return dict(zip(("dW_xh", "dW_hh", "dW_hy", "db_h", "db_y"), down(0)[0]))

VanillaRNN = WithBackward
''',
            "a recursion in the place of a loop, an assertion as the refusal",
        ),
    ],
    "clip_and_update": [
        A(
            "whole_class_and_two_functions",
            WHOLE_CLASS + TWO_CLIPS,
            "in place with -=, and one long vector for the norm",
        ),
        A(
            "explicit_loops",
            """def clip_by_value(grads, limit):
    result = {}
    for name, array in grads.items():
        array = array.copy()
        array[array > limit] = limit
        array[array < -limit] = -limit
        result[name] = array
    return result


def clip_by_norm(grads, max_norm):
    total = 0.0
    for array in grads.values():
        total += np.linalg.norm(array) ** 2
    total = total**0.5
    coefficient = min(1.0, max_norm / (total + 1e-9))
    return {name: array * coefficient for name, array in grads.items()}


class WithUpdates(VanillaRNN):
    def update_parameters(self, grads, learning_rate):
        for key, value in grads.items():
            parameter = getattr(self, key[1:])
            parameter -= learning_rate * value

VanillaRNN = WithUpdates
""",
            "masks, a small number in the denominator, subtraction in place through a name",
        ),
        A(
            "vars_and_scale",
            """def clip_by_value(grads, limit):
    return dict((k, g.clip(-limit, limit)) for k, g in grads.items())


def clip_by_norm(grads, max_norm):
    size = np.sqrt(np.sum([np.vdot(g, g) for g in grads.values()]))
    return {k: g / np.maximum(1.0, size / max_norm) for k, g in grads.items()}


def _step(self, grads, learning_rate):
    vars(self).update({n: vars(self)[n] - learning_rate * grads[f"d{n}"] for n in PARAMETERS})

VanillaRNN.update_parameters = _step
""",
            "a method that is hung onto the class, vars(self)",
        ),
    ],
    "truncated_bptt": [
        A(
            "pieces_of_the_full_pass",
            """class TruncatedRNN(VanillaRNN):
    def __init__(self, input_dim, hidden_dim, output_dim, k):
        super().__init__(input_dim, hidden_dim, output_dim)
        self.k = k

    def backward(self, targets):
        whole, T = self.cache, len(targets)
        total = {"d" + name: 0.0 for name in PARAMETERS}
        for at in range(0, T, self.k):
            end = min(at + self.k, T)
            self.cache = {"inputs": whole["inputs"][at:end], "states": whole["states"][at : end + 1],
                          "probs": whole["probs"][at:end]}
            part = super().backward(targets[at:end])
            total = {name: total[name] + part[name] * (end - at) / T for name in total}
        self.cache = whole
        return total
""",
            "calls the full backward on one piece after the other, weighed by its length",
        ),
        A(
            "two_loops",
            """class TruncatedRNN(VanillaRNN):
    def __init__(self, input_dim, hidden_dim, output_dim, k):
        VanillaRNN.__init__(self, input_dim, hidden_dim, output_dim)
        self.k = k

    def backward(self, targets):
        c, T = self.cache, len(targets)
        out = dict(dW_xh=0 * self.W_xh, dW_hh=0 * self.W_hh, dW_hy=0 * self.W_hy, db_h=0 * self.b_h, db_y=0 * self.b_y)
        for first in range(0, T, self.k):
            g = np.zeros((self.hidden_dim, 1))
            for t in range(min(first + self.k, T) - 1, first - 1, -1):
                e = c["probs"][t] - np.eye(self.output_dim)[:, targets[t]].reshape(-1, 1)
                e = e / T
                z = (self.W_hy.T @ e + g) * (1 - c["states"][t + 1] ** 2)
                g = self.W_hh.T @ z
                for name, d in (("dW_xh", z @ c["inputs"][t].T), ("dW_hh", z @ c["states"][t].T), ("db_h", z),
                                ("dW_hy", e @ c["states"][t + 1].T), ("db_y", e)):
                    out[name] = out[name] + d
        return out
""",
            "a loop over the pieces and one inside each",
        ),
        A(
            "forward_in_pieces",
            """class TruncatedRNN(VanillaRNN):
    def __init__(self, input_dim, hidden_dim, output_dim, k):
        super().__init__(input_dim, hidden_dim, output_dim)
        self.k = k

    def forward(self, inputs, h_prev=None):
        self.given = (inputs, h_prev)
        return super().forward(inputs, h_prev)

    def backward(self, targets):
        inputs, h = self.given
        sums, T = None, len(targets)
        for at in range(0, T, self.k):
            piece, wanted = inputs[at : at + self.k], targets[at : at + self.k]
            outputs, states = VanillaRNN.forward(self, piece, h)
            self.compute_loss(outputs, wanted)
            grads = VanillaRNN.backward(self, wanted)
            h = states[-1]
            grads = {n: g * len(wanted) / T for n, g in grads.items()}
            sums = grads if sums is None else {n: sums[n] + g for n, g in grads.items()}
        return sums
""",
            "reads each piece once more, as one would train on a text too long to keep",
        ),
    ],
    "numpy_char_rnn": [
        A(
            "by_hand_in_generate",
            """class CharRNN:
    def __init__(self, vocab_size, hidden_dim):
        self.vocab_size = vocab_size
        self.hidden_dim = hidden_dim
        self.rnn = VanillaRNN(vocab_size, hidden_dim, vocab_size)
        self.grad_norms = []
        self.losses = []

    def encode_char(self, char, char_to_idx):
        return np.eye(self.vocab_size)[char_to_idx[char]].reshape(self.vocab_size, 1)

    def train_step(self, input_chars, target_chars, char_to_idx, learning_rate):
        xs = [self.encode_char(ch, char_to_idx) for ch in input_chars]
        ts = list(map(char_to_idx.get, target_chars))
        ys, hs = self.rnn.forward(xs)
        loss = self.rnn.compute_loss(ys, ts)
        g = self.rnn.backward(ts)
        norm = np.linalg.norm(np.concatenate([v.ravel() for v in g.values()]))
        self.grad_norms += [norm]
        if norm > 5:
            g = {k: 5 * v / norm for k, v in g.items()}
        self.rnn.update_parameters(g, learning_rate)
        self.losses.append(loss)
        return loss

    def generate(self, seed_char, char_to_idx, idx_to_char, length=100, temperature=1.0):
        r, h = self.rnn, np.zeros((self.hidden_dim, 1))
        place, out = char_to_idx[seed_char], [seed_char]
        while len(out) < length + 1:
            h = np.tanh(r.W_xh[:, [place]] + r.W_hh @ h + r.b_h)
            y = ((r.W_hy @ h + r.b_y) / temperature).ravel()
            w = np.exp(y - y.max())
            place = int(np.searchsorted(np.cumsum(w / w.sum()), np.random.rand() * 0.999999999))
            out.append(idx_to_char[place])
        return "".join(out)
""",
            "a step of its own in generate, drawing by the cumulative sum",
        ),
        A(
            "clipped_by_value",
            """class CharRNN:
    def __init__(self, vocab_size, hidden_dim):
        self.vocab_size, self.hidden_dim = vocab_size, hidden_dim
        self.rnn = VanillaRNN(vocab_size, hidden_dim, vocab_size)
        self.grad_norms = []

    def encode_char(self, char, char_to_idx):
        return (np.arange(self.vocab_size) == char_to_idx[char]).astype(float)[:, None]

    def train_step(self, input_chars, target_chars, char_to_idx, learning_rate):
        encoded = []
        for char in input_chars:
            encoded.append(self.encode_char(char, char_to_idx))
        wanted = np.array([char_to_idx[char] for char in target_chars])
        loss = self.rnn.compute_loss(self.rnn.forward(encoded, None)[0], wanted)
        grads = self.rnn.backward(wanted)
        self.grad_norms.append(float(sum(np.sum(np.square(g)) for g in grads.values())) ** 0.5)
        self.rnn.update_parameters(clip_by_value(grads, 5), learning_rate)
        return float(loss)

    def generate(self, seed_char, char_to_idx, idx_to_char, length=100, temperature=1.0):
        text = seed_char
        for _ in range(length):
            outputs, _ = self.rnn.forward([self.encode_char(c, char_to_idx) for c in text[-20:]])
            noise = np.random.gumbel(size=(self.vocab_size, 1))
            text = text + idx_to_char[int(np.argmax(outputs[-1] / temperature + noise))]
        return text
""",
            "clips number by number, reads the text anew at each step, draws with Gumbel noise",
        ),
        A(
            "python_random",
            """import random as python_random


class CharRNN:
    def __init__(self, vocab_size, hidden_dim):
        self.vocab_size, self.hidden_dim, self.grad_norms = vocab_size, hidden_dim, []
        self.grad_norms = list()
        self.rnn = VanillaRNN(vocab_size, hidden_dim, vocab_size)

    def encode_char(self, char, char_to_idx):
        v = np.zeros(self.vocab_size)
        v[char_to_idx[char]] = 1.0
        return np.expand_dims(v, 1)

    def train_step(self, input_chars, target_chars, char_to_idx, learning_rate):
        pairs = list(zip(input_chars, target_chars))
        outs, _ = self.rnn.forward([self.encode_char(a, char_to_idx) for a, _ in pairs])
        loss = self.rnn.compute_loss(outs, [char_to_idx[b] for _, b in pairs])
        grads = self.rnn.backward([char_to_idx[b] for _, b in pairs])
        self.grad_norms.append(np.linalg.norm([np.linalg.norm(g) for g in grads.values()]))
        self.rnn.update_parameters(clip_by_norm(grads, 5.0), learning_rate)
        return loss

    def generate(self, seed_char, char_to_idx, idx_to_char, length=100, temperature=1.0):
        memory, generated = np.zeros((self.hidden_dim, 1)), seed_char
        x = self.encode_char(seed_char, char_to_idx)
        for i in range(length):
            (y,), (memory,) = self.rnn.forward([x], memory)
            z = y.flatten() / max(temperature, 1e-6)
            weights = np.exp(z - z.max()).tolist()
            (index,) = python_random.choices(range(self.vocab_size), weights)
            generated += idx_to_char[index]
            x = self.encode_char(idx_to_char[index], char_to_idx)
        return generated
""",
            "random.choices with weights that need no sum; a norm of norms",
        ),
    ],
    "gradient_flow": [
        A(
            "rows_from_the_left",
            """def spectral_radius(W):
    values, _ = np.linalg.eig(np.asarray(W))
    return float(np.max(np.absolute(values)))


def simulate_gradient_flow(W_hh, num_steps=50, states=None):
    H = W_hh.shape[0]
    grad, norms = np.identity(H), [np.sqrt(H)]
    for back in range(1, num_steps + 1):
        slope = np.ones(H) if states is None else 1 - np.ravel(states[len(states) - back]) ** 2
        grad = W_hh.T @ np.diag(slope) @ grad
        norms.append(np.sqrt(np.sum(grad**2)))
    return norms
""",
            "eig, and a diagonal matrix for the slopes",
        ),
        A(
            "forward_product",
            """def spectral_radius(W):
    a = np.linalg.eigvals(W)
    return max(np.sqrt(a.real**2 + a.imag**2))


def simulate_gradient_flow(W_hh, num_steps=50, states=None):
    product = np.eye(len(W_hh))
    result = np.zeros(num_steps + 1)
    result[0] = np.linalg.norm(product, "fro")
    for i in range(num_steps):
        factor = W_hh if states is None else (1 - states[-(i + 1)] ** 2) * W_hh
        product = product @ factor
        result[i + 1] = np.linalg.norm(product, "fro")
    return result
""",
            "the transposed product, which has the same norm; an array for a list",
        ),
        A(
            "accumulated",
            """from functools import reduce


def spectral_radius(W):
    return abs(np.linalg.eigvals(W.T)).max()


def simulate_gradient_flow(W_hh, num_steps=50, states=None):
    steps = [W_hh.T] * num_steps
    if states is not None:
        used = states[-num_steps:][::-1] if num_steps else []
        steps = [W_hh.T * (1 - h**2).reshape(1, -1) for h in used]
    products = [np.eye(W_hh.shape[1])]
    for factor in steps:
        products.append(reduce(np.matmul, [factor, products[-1]]))
    return [float(np.linalg.norm(J)) for J in products]
""",
            "a list of factors first, the slopes on the columns of W_hhᵀ",
        ),
    ],
    "initialisations": [
        A(
            "uniform_xavier",
            """def initial_W_hh(kind, hidden_dim):
    shape = (hidden_dim, hidden_dim)
    if kind == "small":
        return np.random.normal(0.0, 0.01, shape)
    elif kind == "xavier":
        limit = np.sqrt(6 / (hidden_dim + hidden_dim))
        return np.random.uniform(-limit, limit, shape)
    elif kind == "orthogonal":
        u, _, vt = np.linalg.svd(np.random.standard_normal(shape))
        return u @ vt
    elif kind == "identity":
        return np.identity(hidden_dim)
    else:
        raise ValueError(kind)
""",
            "Xavier from uniform numbers of the same variance, an orthogonal matrix by SVD",
        ),
        A(
            "table_of_functions",
            """STARTS = {
    "small": lambda H: np.random.randn(H, H) / 100,
    "xavier": lambda H: np.random.default_rng(np.random.randint(2**31)).normal(scale=H**-0.5, size=(H, H)),
    "orthogonal": lambda H: np.linalg.qr(np.random.rand(H, H) - 0.5)[0] * np.random.choice([-1.0, 1.0], H),
    "identity": np.eye,
}


def initial_W_hh(kind, hidden_dim):
    return STARTS[kind](hidden_dim)
""",
            "a dictionary of functions, whose KeyError is the refusal; a generator of its own, random signs",
        ),
        A(
            "gram_schmidt",
            """def initial_W_hh(kind, hidden_dim):
    H = hidden_dim
    if kind == "identity":
        return np.diag(np.ones(H))
    draw = np.random.randn(H, H)
    if kind in ("small", "xavier"):
        return draw * {"small": 0.01, "xavier": np.sqrt(2.0 / (H + H))}[kind]
    if kind != "orthogonal":
        raise ValueError("unknown start: " + str(kind))
    for i in range(H):
        for _ in range(2):
            draw[i] -= draw[:i].T @ (draw[:i] @ draw[i])
        draw[i] /= np.linalg.norm(draw[i])
    return draw
""",
            "Gram and Schmidt's way, done twice for the rounding",
        ),
    ],
    "torch_char_rnn": [
        A(
            "slices_and_loops",
            """class PyTorchCharRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_dim, num_layers=1):
        super(PyTorchCharRNN, self).__init__()
        self.vocab_size, self.hidden_dim, self.num_layers = vocab_size, hidden_dim, num_layers
        self.embedding = nn.Embedding(vocab_size, embedding_dim)
        self.rnn = nn.RNN(embedding_dim, hidden_size=hidden_dim, batch_first=True, num_layers=num_layers)
        self.fc = nn.Linear(hidden_dim, vocab_size)

    def forward(self, x, hidden=None):
        if hidden is None:
            hidden = self.init_hidden(x.size(0))
        out, h = self.rnn(self.embedding(x), hidden)
        return self.fc(out), h

    def init_hidden(self, batch_size):
        return torch.zeros(self.num_layers, batch_size, self.hidden_dim, device=self.fc.bias.device)


def prepare_sequences(text, char_to_idx, seq_length):
    rows, later = [], []
    for i in range(0, (len(text) - 1) // seq_length * seq_length, seq_length):
        rows.append([char_to_idx[c] for c in text[i : i + seq_length]])
        later.append([char_to_idx[c] for c in text[i + 1 : i + 1 + seq_length]])
    return torch.tensor(rows), torch.LongTensor(later)
""",
            "a state of its own making, windows by slices",
        ),
        A(
            "time_first_inside",
            """class PyTorchCharRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_dim, num_layers=1):
        super().__init__()
        self.num_layers, self.hidden_dim = num_layers, hidden_dim
        self.embedding = nn.Embedding(vocab_size, embedding_dim)
        self.rnn = nn.RNN(embedding_dim, hidden_dim, num_layers)
        self.fc = nn.Linear(hidden_dim, vocab_size)

    def forward(self, x, hidden=None):
        steps, hidden = self.rnn(self.embedding(x.t()), hidden)
        return self.fc(steps).transpose(0, 1), hidden

    def init_hidden(self, batch_size):
        return next(self.parameters()).new_zeros((self.num_layers, batch_size, self.hidden_dim))


def prepare_sequences(text, char_to_idx, seq_length):
    ids = torch.as_tensor([char_to_idx[c] for c in text], dtype=torch.long)
    rows = ids.unfold(0, seq_length + 1, seq_length)
    return rows[:, :-1], rows[:, 1:]
""",
            "time first inside; windows with one character too many, cut in two",
        ),
        A(
            "flattened_head",
            """class PyTorchCharRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_dim, num_layers=1):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embedding_dim)
        self.rnn = nn.RNN(embedding_dim, hidden_dim, num_layers=num_layers, nonlinearity="tanh", batch_first=True)
        self.fc = nn.Linear(hidden_dim, vocab_size)

    def forward(self, x, hidden=None):
        B, T = x.shape
        states, last = self.rnn(self.embedding(x), hidden)
        logits = self.fc(states.reshape(B * T, -1)).view(B, T, -1)
        return logits, last

    def init_hidden(self, batch_size):
        return torch.zeros(self.rnn.num_layers, batch_size, self.rnn.hidden_size)


def prepare_sequences(text, char_to_idx, seq_length):
    n = (len(text) - 1) // seq_length
    ids = [char_to_idx[c] for c in text][: n * seq_length + 1]
    return torch.tensor(ids[:-1]).reshape(-1, seq_length), torch.tensor(ids[1:]).reshape(-1, seq_length)
""",
            "the head on flattened rows; lists that are reshaped",
        ),
    ],
    "memory_experiment": [
        A(
            "two_functions",
            """def _batch(T, size):
    first = torch.randint(0, 10, (size, 1))
    return torch.cat([first, torch.randint(0, 10, (size, T - 1))], dim=1).to(device), first.squeeze(1).to(device)


def test_rnn_memory(model_class, hidden_dim, seq_lengths, steps=100, lr=0.01):
    results = []
    for length in seq_lengths:
        model = model_class(10, 16, hidden_dim, 1).to(device)
        optimizer = torch.optim.Adam(model.parameters(), lr=lr)
        criterion = nn.CrossEntropyLoss()
        for step in range(steps):
            model.train()
            inputs, first = _batch(length, 100)
            optimizer.zero_grad()
            output, _ = model(inputs, None)
            loss = criterion(output[:, -1, :], first)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 5)
            optimizer.step()
        model.eval()
        with torch.no_grad():
            inputs, first = _batch(length, 100)
            output, _ = model(inputs, None)
            results.append((output[:, -1].argmax(1) == first).float().mean().item())
    return results
""",
            "positional arguments, the first token drawn apart, a hundred sequences to test on",
        ),
        A(
            "inference_mode",
            """def test_rnn_memory(model_class, hidden_dim, seq_lengths, steps=100, lr=0.01):
    def one(T):
        net = model_class(num_layers=1, hidden_dim=hidden_dim, embedding_dim=16, vocab_size=10).to(device)
        opt = torch.optim.AdamW(net.parameters(), lr, weight_decay=0.0)
        for _ in range(steps):
            x = torch.empty(100, T, dtype=torch.long, device=device).random_(0, 10)
            logits = net(x)[0]
            loss = -logits[:, -1].log_softmax(-1).gather(1, x[:, :1]).mean()
            net.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 5.0)
            opt.step()
        net.train(False)
        right = total = 0
        with torch.inference_mode():
            for _ in range(4):
                x = torch.randint(10, (250, T), device=device)
                right += int((net(x)[0][:, -1].max(dim=1).indices == x[:, 0]).sum())
                total += len(x)
        return right / total

    return [one(T) for T in seq_lengths]
""",
            "the loss by log_softmax and gather, tested in four batches under inference_mode",
        ),
        A(
            "with_initial_state",
            """def test_rnn_memory(model_class, hidden_dim, seq_lengths, steps=100, lr=0.01):
    accuracy = []
    for n in seq_lengths:
        m = model_class(vocab_size=10, num_layers=1, hidden_dim=hidden_dim, embedding_dim=16)
        m.to(device)
        adam = torch.optim.Adam(m.parameters(), lr=lr)
        data = torch.randint(10, (steps, 100, n), device=device)
        for x in data:
            out = m(x, m.init_hidden(len(x)))[0][:, n - 1]
            adam.zero_grad(set_to_none=True)
            F.nll_loss(torch.log_softmax(out, 1), x[:, 0]).backward()
            torch.nn.utils.clip_grad_norm_(m.parameters(), max_norm=5)
            adam.step()
        m = m.eval()
        with torch.no_grad():
            fresh = torch.randint(10, (400, n), device=device)
            guess = m(fresh, m.init_hidden(400))[0][:, -1].argmax(-1)
        accuracy.append(np.mean((guess == fresh[:, 0]).cpu().numpy()))
    return accuracy
""",
            "all batches drawn before, the state given, NumPy's mean",
        ),
    ],
}
