# all inputs at once by einsum, results in two arrays; prints as it goes
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
        T = len(inputs)
        H = np.zeros((T, self.hidden_dim, 1))
        from_input = np.einsum("hi,tio->tho", self.W_xh, np.array(inputs)) + self.b_h
        before = np.zeros((self.hidden_dim, 1)) if h_prev is None else np.array(h_prev)
        for t in range(T):
            print("step", t)
            H[t] = before = np.tanh(from_input[t] + self.W_hh @ before)
        Y = self.W_hy @ H + self.b_y
        return Y, H
