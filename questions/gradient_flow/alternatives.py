"""Right answers to the questions of 04_gradient_flow, written in other ways than the reference."""

from unrolled.checking.catalogue import Alternative

# RNNLayers that keep their numbers in other ways; the visualizer's alternatives go with them.

SIDE_BY_SIDE = """class RNNLayer(nn.Module):
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
"""

STATE_FIRST = """class RNNLayer(nn.Module):
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
"""

PLAIN = """class RNNLayer(nn.Module):
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
"""

_MEASURE = """
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
"""

_START = """

class GradientVisualizer(GradientPanels):
    def __init__(self, rnn, last_timestep_only, data=None):
        self.rnn, self.last_timestep_only = rnn, last_timestep_only
        self.model = RecurrentRegressionModel(rnn)
        self.original_weights = copy.deepcopy(rnn.state_dict())
        self.x, self.y = generate_batch(seq_len=10) if data is None else data
"""

_LSTM = """class LSTMLayer(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.input_size, self.hidden_size = input_size, hidden_size
        scale = hidden_size**-0.5
        self.W_ih = nn.Parameter(torch.empty(4 * hidden_size, input_size).uniform_(-scale, scale))
        self.W_hh = nn.Parameter(torch.empty(4 * hidden_size, hidden_size).uniform_(-scale, scale))
        self.b = nn.Parameter(torch.zeros(4 * hidden_size))
        self.b.data[hidden_size:-2 * hidden_size].fill_(1)

    def forward(self, x):
"""

ALTERNATIVES = {
    "rnn_layer": [
        Alternative("side_by_side", SIDE_BY_SIDE, "one nn.Linear over [x, h]"),
        Alternative("state_first", STATE_FIRST, "one nn.Linear over [h, x]; cat for stack; prints as it goes"),
        Alternative("plain_parameters", PLAIN, "plain matrices, transposed; the inputs of all steps in one product"),
        Alternative(
            "bias_on_the_other",
            """class RNNLayer(nn.Module):
    def __init__(self, input_size, hidden_size, nonlinearity=torch.tanh):
        super().__init__()
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.nonlinearity = nonlinearity
        self.hh = nn.Linear(hidden_size, hidden_size, bias=True)
        self.xh = nn.Linear(input_size, hidden_size, bias=False)

    def forward(self, x):
        hidden_states = []
        h_t = torch.zeros(x.shape[0], self.hidden_size, device=x.device, dtype=x.dtype)
        for x_t in x.transpose(0, 1):
            h_t = self.nonlinearity(self.xh(x_t) + self.hh(h_t))
            hidden_states.append(h_t)
        self.h_list = tuple(hidden_states)
        return torch.stack(hidden_states).transpose(0, 1), h_t
""",
            "the bias on the recurrent nn.Linear; time first inside, so that the result is not contiguous",
        ),
        Alternative(
            "columns",
            """class RNNLayer(nn.Module):
    def __init__(self, input_size, hidden_size, nonlinearity=torch.tanh):
        super().__init__()
        self.input_size, self.hidden_size, self.act = input_size, hidden_size, nonlinearity
        k = 1 / math.sqrt(hidden_size)
        self.wx = nn.Parameter(torch.rand(hidden_size, input_size) * 2 * k - k)
        self.wh = nn.Parameter(torch.rand(hidden_size, hidden_size) * 2 * k - k)
        self.c = nn.Parameter(torch.rand(hidden_size, 1) * 2 * k - k)

    def step(self, x_t, h):
        return self.act(self.wx @ x_t.T + self.wh @ h + self.c)  # (H, B)

    def forward(self, x):
        B, T, I = x.shape
        h, kept = x.new_zeros((self.hidden_size, B)), []
        for t in range(T):
            kept.append(self.step(x[:, t], h).T)
            h = kept[-1].T
        self.h_list = kept
        return torch.stack(kept, dim=1), kept[-1]
""",
            "vectors as columns, a bias of shape (H, 1), a helper for the step",
        ),
        Alternative(
            "einsum",
            """class RNNLayer(nn.Module):
    def __init__(self, input_size, hidden_size, nonlinearity=torch.tanh):
        super(RNNLayer, self).__init__()
        self.input_size, self.hidden_size, self.nonlinearity = input_size, hidden_size, nonlinearity
        self.weights = nn.ParameterDict(
            {"x": nn.Parameter(torch.randn(hidden_size, input_size)),
             "h": nn.Parameter(0.3 * torch.randn(hidden_size, hidden_size)),
             "b": nn.Parameter(torch.randn(hidden_size))})

    def forward(self, x):
        w, h, states = self.weights, 0 * x[:, :1, :1].expand(-1, 1, self.hidden_size)[:, 0], []
        for t in range(x.shape[1]):
            a = torch.einsum("bi,hi->bh", x[:, t], w["x"])
            a = a + torch.einsum("bk,hk->bh", h, w["h"]) + w["b"]
            h = self.nonlinearity(a)
            states.append(h)
        self.h_list = states
        return torch.stack(states, axis=1), states[len(states) - 1]
""",
            "einsum, parameters in a ParameterDict",
        ),
    ],
    "regression_model": [
        Alternative(
            "plain_parameters",
            """class RecurrentRegressionModel(nn.Module):
    def __init__(self, recurrent_net, output_dim=1):
        super().__init__()
        self.recurrent_net = recurrent_net
        H = recurrent_net.hidden_size
        self.W_f = nn.Parameter(torch.randn(H, output_dim) / H)
        self.b_f = nn.Parameter(torch.zeros(output_dim))

    def forward(self, x):
        all_h = self.recurrent_net(x)[0]
        return all_h @ self.W_f + self.b_f, all_h
""",
            "a plain matrix, transposed",
        ),
        Alternative(
            "step_by_step",
            """class RecurrentRegressionModel(nn.Module):
    def __init__(self, recurrent_net, output_dim=1):
        super().__init__()
        self.output_dim = output_dim
        self.linear = nn.Linear(recurrent_net.hidden_size, output_dim)
        self.recurrent_net = recurrent_net

    def forward(self, x):
        states, last = self.recurrent_net(x)
        predictions = [self.linear(states[:, t]) for t in range(states.shape[1])]
        return torch.stack(predictions, dim=1), states
""",
            "a loop over the steps",
        ),
        Alternative(
            "flattened",
            """class RecurrentRegressionModel(nn.Module):
    def __init__(self, recurrent_net, output_dim=1):
        super().__init__()
        self.recurrent_net = recurrent_net
        self.output_dim = output_dim
        self.fc = nn.Sequential(nn.Linear(recurrent_net.hidden_size, output_dim))

    def forward(self, x):
        all_h, last_h = self.recurrent_net.forward(x)
        B, T, H = all_h.shape
        out = self.fc(all_h.reshape(B * T, H)).view(B, T, self.output_dim)
        print(out.shape)
        return out, all_h
""",
            "batch and time in one axis; prints as it goes",
        ),
        Alternative(
            "einsum",
            """class RecurrentRegressionModel(nn.Module):
    def __init__(self, recurrent_net, output_dim=1):
        super().__init__()
        self.recurrent_net, self.output_dim = recurrent_net, output_dim
        self.head = nn.Linear(recurrent_net.hidden_size, output_dim)

    def forward(self, x):
        (all_h, *_) = self.recurrent_net(x)
        return torch.einsum("bth,oh->bto", all_h, self.head.weight) + self.head.bias, all_h
""",
            "the product by einsum",
        ),
    ],
    "loss_fn": [
        Alternative(
            "by_hand",
            """def loss_fn(pred, y, last_timestep_only=False):
    squares = (pred - y) ** 2
    return squares[:, -1].mean() if last_timestep_only else squares.mean()
""",
            "squares first, then the choice",
        ),
        Alternative(
            "module",
            """def loss_fn(pred, y, last_timestep_only=False):
    criterion = nn.MSELoss()
    if last_timestep_only:
        return criterion(pred[:, -1, :], y[:, -1, :])
    else:
        return criterion(pred, y)
""",
            "nn.MSELoss",
        ),
        Alternative(
            "cut_from_the_end",
            """def loss_fn(pred, y, last_timestep_only=False):
    first = pred.shape[1] - 1 if last_timestep_only else 0
    error = pred[:, first:, :] - y[:, first:, :]
    return torch.dot(error.reshape(-1), error.reshape(-1)) / error.numel()
""",
            "a slice of one step, or of all; a dot product",
        ),
        Alternative(
            "weighted",
            """def loss_fn(pred, y, last_timestep_only=False):
    weight = torch.ones(pred.shape[1])
    if last_timestep_only is True:
        weight[:-1] = 0
    per_step = F.mse_loss(pred, y, reduction="none").mean(dim=(0, 2))  # (T,)
    return (weight * per_step).sum() / weight.sum()
""",
            "a weight for each step",
        ),
    ],
    "gradient_visualizer": [
        Alternative(
            "side_by_side",
            SIDE_BY_SIDE
            + _START
            + """
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
"""
            + _MEASURE,
            "one nn.Linear over [x, h]: the square is cut out of it; one call of autograd.grad for each state",
        ),
        Alternative(
            "state_first",
            STATE_FIRST
            + _START
            + """
    def scaled_weights(self, weight_val, bias_val):
        return {name: (bias_val if w.dim() == 1 else weight_val) * w for name, w in self.original_weights.items()}

    def recurrent_matrix(self):
        H = self.rnn.hidden_size
        return self.rnn.fc.weight.detach()[:, :H].clone()
"""
            + _MEASURE.replace("return hidden, torch", "return hidden.numpy(), torch"),
            "one nn.Linear over [h, x]; biases are told by having one axis; a NumPy row",
        ),
        Alternative(
            "plain_parameters",
            PLAIN
            + _START
            + """
    def scaled_weights(self, weight_val, bias_val):
        factors = {"W_in": weight_val, "W_hidden": weight_val, "bias_term": bias_val}
        return {name: factors[name] * number for name, number in self.original_weights.items()}

    def recurrent_matrix(self):
        return self.rnn.W_hidden
"""
            + _MEASURE,
            "plain matrices, names of their own; the recurrent one is transposed, which has the same eigenvalues",
        ),
    ],
    "multilayer_rnn": [
        Alternative(
            "step_by_step",
            """class RNN(nn.Module):
    def __init__(self, input_size, hidden_size, num_layers):
        super().__init__()
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        self.U = nn.ModuleList([nn.Linear(hidden_size, hidden_size, bias=False) for _ in range(num_layers)])
        self.W = nn.ModuleList(
            [nn.Linear(input_size if i == 0 else hidden_size, hidden_size) for i in range(num_layers)])

    def forward(self, x):
        h = [torch.zeros(x.shape[0], self.hidden_size) for _ in range(self.num_layers)]
        top = []
        for t in range(x.shape[1]):
            below = x[:, t]
            for layer in range(self.num_layers):
                h[layer] = torch.tanh(self.W[layer](below) + self.U[layer](h[layer]))
                below = h[layer]
            top.append(below)
        return torch.stack(top, dim=1), torch.stack(h, dim=0)
""",
            "a recurrence of its own, all layers at each step",
        ),
        Alternative(
            "first_and_others",
            """class RNN(nn.Module):
    def __init__(self, input_size, hidden_size, num_layers):
        super().__init__()
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        self.others = nn.ModuleList()
        for _ in range(num_layers - 1):
            self.others.append(RNNLayer(hidden_size, hidden_size, nonlinearity=torch.tanh))
        self.first = RNNLayer(input_size, hidden_size)

    def forward(self, x):
        h, last = self.first(x)
        lasts = [last.unsqueeze(0)]
        for layer in self.others:
            h, last = layer.forward(h)
            lasts.append(last.unsqueeze(0))
        return h, torch.cat(lasts, dim=0)
""",
            "the first layer apart, and registered after the others",
        ),
        Alternative(
            "dictionary",
            """class RNN(nn.Module):
    def __init__(self, input_size, hidden_size, num_layers):
        super().__init__()
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        self.net = nn.ModuleDict()
        for i in range(num_layers):
            self.net[str(i)] = RNNLayer(hidden_size if i else input_size, hidden_size)

    def forward(self, x):
        out, last_step_h = x, torch.zeros(self.num_layers, x.shape[0], self.hidden_size)
        last_step_h = list(last_step_h)
        for i in range(self.num_layers):
            out, last_step_h[i] = self.net[str(i)](out)
        print(out.shape)
        return out, torch.stack(last_step_h)
""",
            "layers in a ModuleDict; prints as it goes",
        ),
        Alternative(
            "one_linear_each",
            """class RNN(nn.Module):
    def __init__(self, input_size, hidden_size, num_layers):
        super().__init__()
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        for i in range(num_layers):
            setattr(self, f"joint_{i}", nn.Linear((input_size if i < 1 else hidden_size) + hidden_size, hidden_size))

    def forward(self, x):
        last = []
        for i in range(self.num_layers):
            joint, h, states = getattr(self, f"joint_{i}"), x.new_zeros(len(x), self.hidden_size), []
            for x_t in x.unbind(1):
                h = joint(torch.cat([h, x_t], dim=-1)).tanh()
                states.append(h)
            x = torch.stack(states, 1)
            last.append(x[:, -1])
        return x, torch.stack(last)
""",
            "one nn.Linear over [h, x] in each layer",
        ),
    ],
    "train_layers": [
        Alternative(
            "one_cycle",
            """losses, models = [[], []], []
torch.manual_seed(1)
for layers in (1, 2):
    net = RecurrentRegressionModel(RNN(1, 24, layers))
    optimizer = torch.optim.AdamW(net.parameters(), lr=0.01, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.01, total_steps=500)
    for step in range(500):
        data, labels = generate_batch(10, 64)
        optimizer.zero_grad()
        pred, h = net(data)
        loss = loss_fn(pred, labels)
        loss.backward()
        optimizer.step()
        schedule.step()
        losses[layers - 1].append(loss.detach())
    models.append(net.eval())
""",
            "AdamW, one cycle up and down, 24 units, no clipping",
        ),
        Alternative(
            "single_layer_class",
            """def fit(model, batches=700):
    optimizer = torch.optim.RMSprop(model.parameters(), lr=3e-3)
    for i in range(batches):
        for group in optimizer.param_groups:
            group["lr"] = 3e-3 * (1 - i / batches)
        x, y = generate_batch(batch_size=64)
        optimizer.zero_grad()
        ((model(x)[0] - y) ** 2).mean().backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()


torch.manual_seed(2)
models = (RecurrentRegressionModel(RNNLayer(1, 32)), RecurrentRegressionModel(RNN(1, 32, 2)))
for model in models:
    fit(model)
""",
            "RMSprop with a falling rate; an RNNLayer as the net of one layer; a tuple",
        ),
        Alternative(
            "both_losses",
            """models, losses = [], []
torch.manual_seed(3)
for n in [1, 2]:
    rnn = RecurrentRegressionModel(RNN(1, 40, n))
    opt, curve = torch.optim.Adam(rnn.parameters(), lr=5e-3), []
    for i in range(600):
        data, labels = generate_batch(seq_len=10, batch_size=50)
        pred, _ = rnn(data)
        loss = loss_fn(pred, labels) + 0.2 * loss_fn(pred, labels, last_timestep_only=True)
        for p in rnn.parameters():
            p.grad = None
        loss.backward()
        if i == 400:
            opt.param_groups[0]["lr"] = 1e-3
        opt.step()
        curve.append(loss.item())
    models += [rnn]
    losses += [curve]
""",
            "the last step counts a little more; one drop of the learning rate",
        ),
    ],
    "lstm_layer": [
        Alternative(
            "four_products",
            _LSTM
            + """        H = self.hidden_size
        W, U, b = self.W_ih.split(H), self.W_hh.split(H), self.b.split(H)
        h, c = torch.zeros(len(x), H, dtype=x.dtype), torch.zeros(len(x), H, dtype=x.dtype)
        self.h_list, self.c_list = [], []
        for t in range(x.shape[1]):
            i, f, g, o = (x[:, t] @ W[k].t() + h @ U[k].t() + b[k] for k in range(4))
            c = f.sigmoid() * c + i.sigmoid() * g.tanh()
            h = o.sigmoid() * c.tanh()
            self.h_list.append(h)
            self.c_list.append(c)
        return torch.stack(self.h_list, 1), h
""",
            "every block a matrix of its own",
        ),
        Alternative(
            "inputs_at_once",
            _LSTM
            + """        read = F.linear(x, self.W_ih, self.b)  # (B, T, 4H)
        states = [(torch.zeros_like(read[:, 0, : self.hidden_size]),) * 2]
        for t in range(x.size(1)):
            h, c = states[-1]
            gates = (read[:, t] + F.linear(h, self.W_hh)).unflatten(1, (4, -1))  # (B, 4, H)
            i, f, o = torch.sigmoid(gates[:, [0, 1, 3]]).unbind(1)
            c = torch.addcmul(f * c, i, torch.tanh(gates[:, 2]))
            states.append((o * torch.tanh(c), c))
        self.h_list = [h for h, _ in states[1:]]
        self.c_list = [c for _, c in states[1:]]
        return torch.stack(self.h_list, dim=1), self.h_list[-1]
""",
            "the inputs of all steps in one product; three gates at once",
        ),
        Alternative(
            "columns",
            _LSTM
            + """        H, B = self.hidden_size, x.shape[0]
        h = c = x.new_zeros(H, B)
        self.h_list, self.c_list = [], []
        for x_t in x.permute(1, 2, 0):  # (I, B)
            a = self.W_ih @ x_t + self.W_hh @ h + self.b.unsqueeze(1)
            gate = lambda k: 1 / (1 + torch.exp(-a[k * H : (k + 1) * H]))
            self.c_list.append((gate(1) * c + gate(0) * torch.tanh(a[2 * H : 3 * H])).T)
            c = self.c_list[-1].T
            self.h_list.append((gate(3) * torch.tanh(c)).T)
            h = self.h_list[-1].T
        print(len(self.h_list), "steps")
        return torch.stack(self.h_list, dim=1), self.h_list[-1]
""",
            "vectors as columns, the sigmoid by its formula; prints as it goes",
        ),
        Alternative(
            "linear_layers",
            """class LSTMLayer(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.input_size, self.hidden_size = input_size, hidden_size
        self.reads = nn.Linear(input_size, 4 * hidden_size)
        self.keeps = nn.Linear(hidden_size, 4 * hidden_size, bias=False)
        nn.init.zeros_(self.reads.bias)
        nn.init.ones_(self.reads.bias[hidden_size : 2 * hidden_size])
        self.W_ih, self.b, self.W_hh = self.reads.weight, self.reads.bias, self.keeps.weight

    def forward(self, x):
        h = c = x.new_zeros(x.shape[0], self.hidden_size)
        hs, cs = [], []
        for x_t in x.unbind(1):
            i, f, g, o = torch.split(self.reads(x_t) + self.keeps(h), self.hidden_size, dim=-1)
            c = c * F.sigmoid(f) + F.sigmoid(i) * F.tanh(g)
            h = F.sigmoid(o) * F.tanh(c)
            hs.append(h)
            cs.append(c)
        self.h_list, self.c_list = hs, cs
        return torch.cat([h[:, None] for h in hs], dim=1), h
""",
            "two nn.Linear whose parameters go by the contract's names",
        ),
    ],
    "lstm_gradients": [
        Alternative(
            "one_at_a_time",
            """def gradient_norms(layer, x):
    result = {}
    with torch.enable_grad():
        inputs = x.clone().requires_grad_(True)
        all_h, last_h = layer(inputs)
        for name, attribute in (("h", "h_list"), ("c", "c_list")):
            states = getattr(layer, attribute, None)
            if states is None:
                continue
            row = []
            for state in states:
                g, = torch.autograd.grad(last_h.sum(), [state], retain_graph=True)
                row.append(torch.linalg.norm(g))
            result[name] = torch.tensor(row)
    return result
""",
            "one call of autograd.grad for each state",
        ),
        Alternative(
            "both_at_once",
            """def gradient_norms(layer, x):
    with torch.set_grad_enabled(True):
        last_h = layer(x.detach().requires_grad_())[1]
        h, c = list(layer.h_list), list(getattr(layer, "c_list", []))
        grads = torch.autograd.grad(outputs=last_h, inputs=h + c, grad_outputs=torch.ones_like(last_h))
    norms = torch.stack([g.flatten().norm() for g in grads])
    return {"h": norms[: len(h)], "c": norms[len(h) :]} if c else {"h": norms}
""",
            "states and cells in one call, the ones given instead of a sum",
        ),
        Alternative(
            "plain_lists",
            """@torch.enable_grad()
def gradient_norms(layer, x):
    x = torch.autograd.Variable(x.detach(), requires_grad=True)
    layer(x)
    loss = layer.h_list[-1].sum()
    out = dict(h=[(g**2).sum().sqrt().item() for g in torch.autograd.grad(loss, layer.h_list, retain_graph=True)])
    if "c_list" in vars(layer):
        out["c"] = [(g**2).sum().sqrt().item() for g in torch.autograd.grad(loss, layer.c_list)]
    return out
""",
            "the last state from the list; lists of plain numbers",
        ),
    ],
}
