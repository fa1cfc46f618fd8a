# clips number by number, draws with Gumbel noise
class CharRNN:
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
        text, before = seed_char, [np.zeros((self.hidden_dim, 1))]
        for _ in range(length):
            outputs, before = self.rnn.forward([self.encode_char(text[-1], char_to_idx)], before[-1])
            noise = np.random.gumbel(size=(self.vocab_size, 1))
            text = text + idx_to_char[int(np.argmax(outputs[-1] / temperature + noise))]
        return text
