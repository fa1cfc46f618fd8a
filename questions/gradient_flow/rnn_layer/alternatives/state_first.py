# one nn.Linear over [h, x]; cat for stack; prints as it goes
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
