# plain matrices, names of their own; the recurrent one is transposed, which has the same eigenvalues
class RNNLayer(nn.Module):
    def __init__(self, input_size, hidden_size, nonlinearity=torch.tanh):
        super().__init__()
        self.input_size, self.hidden_size = input_size, hidden_size
        self.f = nonlinearity
        self.bias_term = nn.Parameter(torch.zeros(hidden_size))
        self.W_hidden = nn.Parameter(torch.randn(hidden_size, hidden_size) / hidden_size**0.5)
        self.W_in = nn.Parameter(torch.randn(input_size, hidden_size) / hidden_size**0.5)

    def forward(self, x):
        projected = x @ self.W_in + self.bias_term  # (B, T, H), all steps at once
        h = torch.zeros_like(projected[:, 0])
        self.h_list = []
        for t in range(x.shape[1]):
            h = self.f(projected[:, t] + h @ self.W_hidden)
            self.h_list += [h]
        return torch.stack(self.h_list, 1), h


class GradientVisualizer(GradientPanels):
    def __init__(self, rnn, last_timestep_only, data=None):
        self.rnn, self.last_timestep_only = rnn, last_timestep_only
        self.model = RecurrentRegressionModel(rnn)
        self.original_weights = copy.deepcopy(rnn.state_dict())
        self.x, self.y = generate_batch(seq_len=10) if data is None else data

    def scaled_weights(self, weight_val, bias_val):
        factors = {"W_in": weight_val, "W_hidden": weight_val, "bias_term": bias_val}
        return {name: factors[name] * number for name, number in self.original_weights.items()}

    def recurrent_matrix(self):
        return self.rnn.W_hidden

    def flow(self):
        frozen = [p.requires_grad for p in self.rnn.parameters()]
        with torch.set_grad_enabled(True):
            x = self.x.clone()
            x.requires_grad = True
            out, states = self.model(x)
            total = loss_fn(out, self.y, last_timestep_only=self.last_timestep_only)
            grads = [torch.autograd.grad(total, h, retain_graph=True)[0] for h in self.rnn.h_list]
        hidden = torch.linalg.vector_norm(states[0].detach(), dim=-1)
        return hidden, torch.tensor([g.pow(2).sum().sqrt() for g in grads])
