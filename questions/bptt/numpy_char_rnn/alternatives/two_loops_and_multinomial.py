# one loop for inputs and targets, a smoothed loss beside, one draw of np.random.multinomial
class CharRNN:
    def __init__(self, vocab_size, hidden_dim):
        self.vocab_size, self.hidden_dim = vocab_size, hidden_dim
        self.rnn = VanillaRNN(vocab_size, hidden_dim, vocab_size)
        self.grad_norms = []
        self.smooth_loss = None

    def encode_char(self, char, char_to_idx):
        x = np.zeros((self.vocab_size, 1))
        np.put(x, char_to_idx[char], 1.0)
        return x

    def train_step(self, input_chars, target_chars, char_to_idx, learning_rate=0.1):
        inputs, targets = [], []
        for i, o in zip(input_chars, target_chars):
            inputs.append(self.encode_char(i, char_to_idx))
            targets.append(char_to_idx[o])
        outputs, states = self.rnn.forward(inputs, np.zeros((self.hidden_dim, 1)))
        loss = self.rnn.compute_loss(outputs, targets)
        grads = self.rnn.backward(targets)
        total = 0
        for g in grads.values():
            total += np.sum(g * g)
        self.grad_norms.append(np.sqrt(total))
        grads = clip_by_norm(grads, max_norm=5)
        self.rnn.update_parameters(grads, learning_rate)
        self.smooth_loss = loss if self.smooth_loss is None else 0.99 * self.smooth_loss + 0.01 * loss
        return loss

    def generate(self, seed_char, char_to_idx, idx_to_char, length=100, temperature=1.0):
        generated, h = [seed_char], None
        while len(generated) <= length:
            fed = generated if h is None else generated[-1:]
            outputs, states = self.rnn.forward([self.encode_char(c, char_to_idx) for c in fed], h)
            h = states[-1]
            scaled = (outputs[-1] / temperature).ravel()
            p = np.exp(scaled - scaled.max()) / np.sum(np.exp(scaled - scaled.max()))
            ix = np.random.multinomial(1, p / p.sum()).argmax()
            generated.append(idx_to_char[int(ix)])
        return "".join(generated)
