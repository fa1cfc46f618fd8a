# the output is made first and filled in; checks its input; asks for the gradient of every state to be kept
class ManualRNN(nn.Module):
    def __init__(self, input_size: int, hidden_size: int, num_layers: int = 1) -> None:
        super().__init__()
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        cells = [ManualRNNCell(input_size, hidden_size)]
        for _ in range(1, num_layers):
            cells.append(ManualRNNCell(hidden_size, hidden_size))
        self.cells = nn.Sequential(*cells)

    def forward(self, x: torch.Tensor, hidden=None):
        assert x.dim() == 3, "expected (batch, time, features)"
        batch_size, seq_len, _ = x.size()
        if hidden is None:
            h_t = [torch.zeros(batch_size, self.hidden_size, device=x.device, dtype=x.dtype) for _ in self.cells]
        else:
            h_t = [h.clone() for h in hidden.unbind(0)]
        output = x.new_empty(batch_size, seq_len, self.hidden_size)
        for t in range(seq_len):
            inp = x[:, t, :]
            for i in range(self.num_layers):
                h_t[i] = self.cells[i](inp, h_t[i])
                h_t[i].retain_grad()
                inp = h_t[i]
            output[:, t, :] = inp
        return output, torch.stack(h_t, dim=0)
