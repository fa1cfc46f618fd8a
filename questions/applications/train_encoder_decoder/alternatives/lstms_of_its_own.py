# two LSTMs that hand over both of their states, and a rate that rises and falls
torch.manual_seed(4)
random.seed(4)


class Seq2Seq(nn.Module):
    def __init__(self, n_in, n_out, emb_dim=32, hid_dim=96):
        super().__init__()
        self.enc_emb, self.dec_emb = nn.Embedding(n_in, emb_dim), nn.Embedding(n_out, emb_dim)
        self.encoder = nn.LSTM(emb_dim, hid_dim, batch_first=True)
        self.decoder = nn.LSTM(emb_dim, hid_dim, batch_first=True)
        self.fc_out = nn.Linear(hid_dim, n_out)

    def forward(self, source, target):
        src_len = (source != PAD).sum(1)
        packed = nn.utils.rnn.pack_padded_sequence(
            self.enc_emb(source), src_len, batch_first=True, enforce_sorted=False)
        _, (hidden, cell) = self.encoder(packed)
        inputs = torch.cat([torch.full_like(target[:, :1], START), target[:, :-1]], dim=1)
        outputs, _ = self.decoder(self.dec_emb(inputs), (hidden, cell))
        return self.fc_out(outputs)


translator = Seq2Seq(len(DIGITS), len(NUMBER_WORDS))
optimizer = torch.optim.Adam(translator.parameters())
scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.03, total_steps=320)
criterion = nn.CrossEntropyLoss(ignore_index=PAD)
for _ in range(320):
    src, trg = number_rows(random.sample(train_numbers, 64))
    output = translator(src, trg)
    loss = criterion(output.reshape(-1, output.shape[-1]), trg.reshape(-1))
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(translator.parameters(), 1)
    optimizer.step()
    scheduler.step()
translator.eval()
