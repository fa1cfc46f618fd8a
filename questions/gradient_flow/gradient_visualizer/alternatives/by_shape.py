# weights and biases told by their axes; the last square matrix of the layer; tensors of norms
class GradientVisualizer(GradientPanels):
    def __init__(self, rnn, last_timestep_only, data=None):
        self.rnn, self.last_timestep_only = rnn, last_timestep_only
        self.model = RecurrentRegressionModel(rnn)
        self.original_weights = copy.deepcopy(rnn.state_dict())
        self.x, self.y = generate_batch(seq_len=10) if data is None else data

    def scaled_weights(self, weight_val, bias_val):
        scaled = {}
        for key, value in self.original_weights.items():
            factor = weight_val if value.ndim > 1 else bias_val
            scaled[key] = value.clone() * factor
        return scaled

    def recurrent_matrix(self):
        H = self.rnn.hidden_size
        square = [p for p in self.rnn.parameters() if p.shape == (H, H)]
        return square[-1].detach().clone()

    def flow(self):
        with torch.enable_grad():
            inputs = torch.tensor(self.x.tolist(), requires_grad=True)
            out = self.model(inputs)
            states = list(self.rnn.h_list)
            loss = loss_fn(out[0], self.y, last_timestep_only=self.last_timestep_only)
            loss.backward(inputs=states)
        norms_h = torch.stack([torch.norm(h.detach()) for h in states])
        norms_g = torch.stack([torch.norm(h.grad) for h in states])
        return norms_h, norms_g
