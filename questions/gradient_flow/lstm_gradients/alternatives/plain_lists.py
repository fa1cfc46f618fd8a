# the last state from the list; lists of plain numbers
@torch.enable_grad()
def gradient_norms(layer, x):
    x = torch.autograd.Variable(x.detach(), requires_grad=True)
    layer(x)
    loss = layer.h_list[-1].sum()
    out = dict(h=[(g**2).sum().sqrt().item() for g in torch.autograd.grad(loss, layer.h_list, retain_graph=True)])
    if "c_list" in vars(layer):
        out["c"] = [(g**2).sum().sqrt().item() for g in torch.autograd.grad(loss, layer.c_list)]
    return out
