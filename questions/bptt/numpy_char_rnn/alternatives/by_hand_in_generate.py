# a step of its own in generate, drawing by the cumulative sum
class CharRNN:
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
