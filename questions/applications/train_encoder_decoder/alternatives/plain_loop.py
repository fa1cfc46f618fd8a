# a plain loop with a cosine
torch.manual_seed(1)
random.seed(1)
translator = EncoderDecoder(len(DIGITS), len(NUMBER_WORDS), 96)
optimizer = torch.optim.Adam(translator.parameters(), lr=0.012)
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 230)
for step in range(230):
    source, target = number_rows(random.choices(train_numbers, k=64))
    loss = F.cross_entropy(translator(source, target).flatten(0, 1), target.flatten(), ignore_index=0)
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(translator.parameters(), 1.0)
    optimizer.step()
    schedule.step()
