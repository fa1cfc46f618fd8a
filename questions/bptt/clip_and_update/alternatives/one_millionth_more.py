# as torch does it: a millionth in the denominator; the update in place, and self is returned
import copy


def clip_by_value(grads, limit):
    clipped = copy.deepcopy(grads)
    for array in clipped.values():
        np.clip(array, -limit, limit, out=array)
    return clipped


def clip_by_norm(grads, max_norm):
    total = np.linalg.norm([np.linalg.norm(g) for g in grads.values()])
    return {name: np.minimum(1.0, max_norm / (total + 1e-6)) * g for name, g in grads.items()}


class WithUpdates(VanillaRNN):
    def update_parameters(self, grads, learning_rate):
        for p, g in ((self.W_xh, "dW_xh"), (self.W_hh, "dW_hh"), (self.W_hy, "dW_hy"), (self.b_h, "db_h"), (self.b_y, "db_y")):
            np.subtract(p, np.multiply(learning_rate, grads[g]), out=p)
        return self

VanillaRNN = WithUpdates
