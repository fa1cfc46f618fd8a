# the loss by its formula, a smaller network, larger batches
torch.manual_seed(2)
random.seed(2)
translator = EncoderDecoder(len(DIGITS), len(NUMBER_WORDS), 80)


def cost():
    some = random.sample(train_numbers, 80)
    source, target = number_rows(sorted(some))
    log_p = translator(source, target).log_softmax(-1)
    return -log_p.gather(2, target[..., None])[..., 0][target != PAD].mean()


fit(translator, cost, steps=250, rate=0.015)
