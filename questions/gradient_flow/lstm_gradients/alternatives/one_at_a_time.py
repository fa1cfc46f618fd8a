# one call of autograd.grad for each state
def gradient_norms(layer, x):
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
