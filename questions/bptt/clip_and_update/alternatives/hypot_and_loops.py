# the norm by np.hypot, array by array; each parameter by its own line
def clip_by_value(grads, limit):
    return {key: np.where(np.abs(value) > limit, np.sign(value) * limit, value) for key, value in grads.items()}


def clip_by_norm(grads, max_norm):
    length = 0.0
    for value in grads.values():
        length = np.hypot(length, np.linalg.norm(value))
    factor = 1.0
    if length > max_norm:
        factor = max_norm / length
    scaled = {}
    for key, value in grads.items():
        scaled[key] = np.multiply(value, factor)
    return scaled


class WithUpdates(VanillaRNN):
    def update_parameters(self, grads, learning_rate=0.1):
        self.W_xh = self.W_xh - learning_rate * grads["dW_xh"]
        self.W_hh = self.W_hh - learning_rate * grads["dW_hh"]
        self.W_hy = self.W_hy - learning_rate * grads["dW_hy"]
        self.b_h = self.b_h - learning_rate * grads["db_h"]
        self.b_y = self.b_y - learning_rate * grads["db_y"]

VanillaRNN = WithUpdates
