# random.choices with weights that need no sum; a norm of norms
import random as python_random


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
