# rows as NumPy arrays; a helper for a list of states
def _norms(loss, states):
    grads = torch.autograd.grad(loss, list(states), retain_graph=True, create_graph=False)
    flat = torch.stack([g.reshape(-1) for g in grads])  # (T, B·H)
    return flat.pow(2).sum(dim=1).sqrt().numpy()


def gradient_norms(layer, x):
    with torch.set_grad_enabled(True):
        probe = torch.empty_like(x).copy_(x).requires_grad_()
        _, h_T = layer(probe)
        total = torch.sum(h_T)
        result = {"h": _norms(total, layer.h_list)}
        try:
            result["c"] = _norms(total, layer.c_list)
        except AttributeError:
            pass  # a layer without cell states
    return result
