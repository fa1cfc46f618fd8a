# epochs over numbers of equally many digits, AdamW
torch.manual_seed(5)
random.seed(5)
translator = EncoderDecoder(len(DIGITS), len(NUMBER_WORDS), 112)
opt = torch.optim.AdamW(translator.parameters(), lr=0.01)
lengths = sorted({len(str(n)) for n in train_numbers})
for epoch in range(14):
    batches = []
    for length in lengths:
        group = [n for n in train_numbers if len(str(n)) == length]
        random.shuffle(group)
        batches += [group[i : i + 64] for i in range(0, len(group), 64)]
    random.shuffle(batches)
    for group in batches:
        source, target = number_rows(group)
        logits = translator(source, target)
        mask = target != PAD
        loss = F.cross_entropy(logits[mask], target[mask])
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(translator.parameters(), 1.0)
        opt.step()
    for group_ in opt.param_groups:
        group_["lr"] *= 0.85
