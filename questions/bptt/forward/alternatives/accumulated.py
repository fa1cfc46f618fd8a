# a method for one step and itertools.accumulate; tuples for lists
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

    def step(self, x, h):
        return np.tanh(self.b_h + (self.W_hh @ h) + (self.W_xh @ x))

    def forward(self, inputs, h_prev=None):
        import itertools
        first = h_prev if h_prev is not None else np.zeros((self.hidden_dim, 1))
        chain = list(itertools.accumulate(inputs, lambda h, x: self.step(x, h), initial=first))
        self.cache["chain"] = chain
        return tuple(self.W_hy @ h + self.b_y for h in chain[1:]), tuple(chain[1:])
