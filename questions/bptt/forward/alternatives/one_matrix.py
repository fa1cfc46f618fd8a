# one matrix for input and memory together, tanh by its formula, outputs in a second loop
class VanillaRNN:
    def __init__(self, input_dim, hidden_dim, output_dim):
        self.input_dim, self.hidden_dim, self.output_dim = input_dim, hidden_dim, output_dim
        bound = 1 / np.sqrt(hidden_dim)
        self.W_xh = np.random.uniform(-bound, bound, (hidden_dim, input_dim))
        self.W_hh = np.random.uniform(-bound, bound, (hidden_dim, hidden_dim))
        self.W_hy = np.random.uniform(-bound, bound, (output_dim, hidden_dim))
        self.b_h = np.zeros((hidden_dim, 1))
        self.b_y = np.zeros((output_dim, 1))
        self.cache = {}

    def forward(self, inputs, h_prev=None):
        if h_prev is None:
            h_prev = np.zeros_like(self.b_h)
        self.states = [h_prev]
        both = np.concatenate([self.W_xh, self.W_hh], axis=1)
        for x in inputs:
            a = both.dot(np.concatenate([x, self.states[-1]])) + self.b_h
            self.states.append((np.exp(a) - np.exp(-a)) / (np.exp(a) + np.exp(-a)))
        self.inputs = inputs
        return [self.W_hy.dot(h) + self.b_y for h in self.states[1:]], self.states[1:]
