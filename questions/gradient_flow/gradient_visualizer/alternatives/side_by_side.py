# one nn.Linear over [x, h]: the square is cut out of it; one call of autograd.grad for each state
class RNNLayer(nn.Module):
    def __init__(self, input_size, hidden_size, nonlinearity=torch.tanh):
        super().__init__()
        self.input_size, self.hidden_size = input_size, hidden_size
        self.nonlinearity = nonlinearity
        self.both = nn.Linear(input_size + hidden_size, hidden_size)

    def forward(self, x):
        h, hidden_states = torch.zeros(x.size(0), self.hidden_size, dtype=x.dtype), []
        for t in range(x.size(1)):
            h = self.nonlinearity(self.both(torch.cat([x[:, t, :], h], dim=1)))
            hidden_states.append(h)
        self.h_list = hidden_states
        return torch.stack(hidden_states, dim=1), hidden_states[-1]


class GradientVisualizer(GradientPanels):
    def __init__(self, rnn, last_timestep_only, data=None):
        self.rnn, self.last_timestep_only = rnn, last_timestep_only
        self.model = RecurrentRegressionModel(rnn)
        self.original_weights = copy.deepcopy(rnn.state_dict())
        self.x, self.y = generate_batch(seq_len=10) if data is None else data

    def scaled_weights(self, weight_val, bias_val):
        w_dict = copy.deepcopy(self.original_weights)
        for k in w_dict.keys():
            if "weight" in k:
                w_dict[k] = w_dict[k] * weight_val
            if "bias" in k:
                w_dict[k] = w_dict[k] * bias_val
        return w_dict

    def recurrent_matrix(self):
        return self.rnn.both.weight[:, self.rnn.input_size :]

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
