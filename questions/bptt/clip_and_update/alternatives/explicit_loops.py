# masks, a small number in the denominator, subtraction in place through a name
def clip_by_value(grads, limit):
    result = {}
    for name, array in grads.items():
        array = array.copy()
        array[array > limit] = limit
        array[array < -limit] = -limit
        result[name] = array
    return result


def clip_by_norm(grads, max_norm):
    total = 0.0
    for array in grads.values():
        total += np.linalg.norm(array) ** 2
    total = total**0.5
    coefficient = min(1.0, max_norm / (total + 1e-9))
    return {name: array * coefficient for name, array in grads.items()}


class WithUpdates(VanillaRNN):
    def update_parameters(self, grads, learning_rate):
        for key, value in grads.items():
            parameter = getattr(self, key[1:])
            parameter -= learning_rate * value

VanillaRNN = WithUpdates
