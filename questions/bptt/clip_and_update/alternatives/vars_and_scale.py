# a method that is hung onto the class, vars(self)
def clip_by_value(grads, limit):
    return dict((k, g.clip(-limit, limit)) for k, g in grads.items())


def clip_by_norm(grads, max_norm):
    size = np.sqrt(np.sum([np.vdot(g, g) for g in grads.values()]))
    return {k: g / np.maximum(1.0, size / max_norm) for k, g in grads.items()}


def _step(self, grads, learning_rate):
    vars(self).update({n: vars(self)[n] - learning_rate * grads[f"d{n}"] for n in PARAMETERS})

VanillaRNN.update_parameters = _step
