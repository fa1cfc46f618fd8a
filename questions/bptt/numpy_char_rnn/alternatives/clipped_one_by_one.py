# every array by its own norm, which moves no number by more than it may; logarithms of random numbers for a draw
class CharRNN:
    def __init__(self, vocab_size, hidden_dim):
        self.vocab_size, self.hidden_dim, self.grad_norms = vocab_size, hidden_dim, []
        self.rnn = VanillaRNN(vocab_size, hidden_dim, vocab_size)

    def encode_char(self, char, char_to_idx):
        return np.identity(self.vocab_size)[:, char_to_idx[char] : char_to_idx[char] + 1]

    def train_step(self, input_chars, target_chars, char_to_idx, learning_rate):
        columns = [self.encode_char(c, char_to_idx) for c in input_chars]
        targets = [char_to_idx[c] for c in target_chars]
        loss = self.rnn.compute_loss(self.rnn.forward(columns)[0], targets)
        grads = self.rnn.backward(targets)
        self.grad_norms.append(np.linalg.norm(np.hstack([g.flatten() for g in grads.values()])))
        for name, g in grads.items():
            size = np.linalg.norm(g)
            grads[name] = g if size <= 5 else g * (5 / size)
        self.rnn.update_parameters(grads, learning_rate)
        return loss

    def generate(self, seed_char, char_to_idx, idx_to_char, length=100, temperature=1.0):
        def letters():
            char, h = seed_char, np.zeros((self.hidden_dim, 1))
            for _ in range(length):
                ys, hs = self.rnn.forward([self.encode_char(char, char_to_idx)], h)
                h = hs[0]
                race = -np.log(1 - np.random.rand(self.vocab_size)) * np.exp(-(ys[0].ravel() - ys[0].max()) / temperature)
                char = idx_to_char[int(np.argmin(race))]
                yield char

        return seed_char + "".join(letters())
