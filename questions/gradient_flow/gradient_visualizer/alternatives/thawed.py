# the layer's parameters are thawed for the measurement, and put back; rows as NumPy arrays
class GradientVisualizer(GradientPanels):
    def __init__(self, rnn, last_timestep_only, data=None):
        self.rnn, self.last_timestep_only = rnn, last_timestep_only
        self.model = RecurrentRegressionModel(rnn)
        self.original_weights = copy.deepcopy(rnn.state_dict())
        self.x, self.y = generate_batch(seq_len=10) if data is None else data

    def scaled_weights(self, weight_val, bias_val):
        factors = dict(weight=weight_val, bias=bias_val)
        return {name: factors[name.rsplit(".", 1)[-1]] * w for name, w in self.original_weights.items()}

    def recurrent_matrix(self):
        return dict(self.rnn.named_parameters())["from_state.weight"].t()

    def flow(self):
        was = {p: p.requires_grad for p in self.model.parameters()}
        for p in was:
            p.requires_grad_(True)
        try:
            with torch.set_grad_enabled(True):
                y_hat, all_h = self.model(self.x)
                loss = loss_fn(y_hat, self.y, self.last_timestep_only)
                grads = torch.autograd.grad(loss, [h for h in self.rnn.h_list])
        finally:
            for p, flag in was.items():
                p.requires_grad_(flag)
        return all_h.detach()[0].norm(dim=-1).numpy(), torch.cat(grads).norm(dim=-1).numpy()
