# backward() into the states alone, whose .grad is read and taken away again
def gradient_norms(layer, x):
    with torch.enable_grad():
        x = x.detach().clone().requires_grad_(True)
        out = layer(x)
        rows = {"h": list(layer.h_list)}
        if getattr(layer, "c_list", None) is not None:
            rows["c"] = list(layer.c_list)
        every = [state for row in rows.values() for state in row]
        for state in every:
            state.retain_grad()
        out[1].sum().backward(inputs=every)
    norms = {name: torch.stack([torch.norm(state.grad) for state in row]) for name, row in rows.items()}
    for state in every:
        state.grad = None
    return norms
