# one nn.Linear over [h, x]; biases are told by having one axis; a NumPy row
class RNNLayer(nn.Module):
    def __init__(self, input_size, hidden_size, nonlinearity=torch.tanh):
        super().__init__()
        self.input_size, self.hidden_size = input_size, hidden_size
        self.th = nonlinearity
        self.fc = nn.Linear(hidden_size + input_size, hidden_size)

    def forward(self, x):
        print("layer reads", tuple(x.shape))
        batch_size, seq_len, _ = x.shape
        hs = [torch.zeros((batch_size, self.hidden_size)).to(x)]
        for t in range(seq_len):
            joint = torch.cat((hs[-1], x[:, t]), -1)
            hs.append(self.th(self.fc.forward(joint)))
        self.h_list = hs[1:]
        all_h = torch.cat([h.unsqueeze(1) for h in self.h_list], dim=1)
        return all_h, all_h[:, -1]


class GradientVisualizer(GradientPanels):
    def __init__(self, rnn, last_timestep_only, data=None):
        self.rnn, self.last_timestep_only = rnn, last_timestep_only
        self.model = RecurrentRegressionModel(rnn)
        self.original_weights = copy.deepcopy(rnn.state_dict())
        self.x, self.y = generate_batch(seq_len=10) if data is None else data

    def scaled_weights(self, weight_val, bias_val):
        return {name: (bias_val if w.dim() == 1 else weight_val) * w for name, w in self.original_weights.items()}

    def recurrent_matrix(self):
        H = self.rnn.hidden_size
        return self.rnn.fc.weight.detach()[:, :H].clone()

    def flow(self):
        frozen = [p.requires_grad for p in self.rnn.parameters()]
        with torch.set_grad_enabled(True):
            x = self.x.clone()
            x.requires_grad = True
            out, states = self.model(x)
            total = loss_fn(out, self.y, last_timestep_only=self.last_timestep_only)
            grads = [torch.autograd.grad(total, h, retain_graph=True)[0] for h in self.rnn.h_list]
        hidden = torch.linalg.vector_norm(states[0].detach(), dim=-1)
        return hidden.numpy(), torch.tensor([g.pow(2).sum().sqrt() for g in grads])
