# a Categorical; a mask that is added; direct .forward; puts the mode back
def generate_name(model, temperature=1.0, longest=20):
    was = model.training
    model.train(False)
    never = torch.zeros(len(NAME_CHARS))
    never[:END] = float("-inf")
    letters, x, h = [], torch.LongTensor([[START]]), None
    while True:
        if len(letters) == longest:
            break
        with torch.inference_mode():
            y, h = model.forward(x, h)
        x = torch.distributions.Categorical(logits=y.reshape(-1) / temperature + never).sample().view(1, 1)
        if x == END:
            break
        letters.append(NAME_CHARS[x])
    model.train(was)
    return "".join(letters)
