# states and cells in one call, the ones given instead of a sum
def gradient_norms(layer, x):
    with torch.set_grad_enabled(True):
        last_h = layer(x.detach().requires_grad_())[1]
        h, c = list(layer.h_list), list(getattr(layer, "c_list", []))
        grads = torch.autograd.grad(outputs=last_h, inputs=h + c, grad_outputs=torch.ones_like(last_h))
    norms = torch.stack([g.flatten().norm() for g in grads])
    return {"h": norms[: len(h)], "c": norms[len(h) :]} if c else {"h": norms}
