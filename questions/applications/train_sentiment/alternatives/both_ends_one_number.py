# a bidirectional GRU and one number for good, trained as yes or no; the two logits are that number and its negative
torch.manual_seed(5)
random.seed(5)


class ReviewNet(nn.Module):
    def __init__(self, vocab_size, emb, hid):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, emb)
        self.gru = nn.GRU(emb, hid, batch_first=True, bidirectional=True)
        self.fc = nn.Sequential(nn.Dropout(0.3), nn.Linear(2 * hid, 1))

    def score(self, ids):
        lengths = ids.ne(0).sum(dim=1).cpu()
        packed = nn.utils.rnn.pack_padded_sequence(
            self.embedding(ids), lengths, batch_first=True, enforce_sorted=False)
        _, h_n = self.gru(packed)  # (2, B, H)
        return self.fc(torch.cat([h_n[0], h_n[1]], dim=1)).squeeze(1)

    def forward(self, ids):
        s = self.score(ids)
        return torch.stack([-s, s], dim=1) / 2


sentiment_model = ReviewNet(len(REVIEW_WORDS), 16, 24)
criterion = nn.BCEWithLogitsLoss()
opt = torch.optim.AdamW(sentiment_model.parameters(), lr=1e-2, weight_decay=1e-3)
for it in range(150):
    texts, labels = map(list, zip(*random.sample(train_reviews, 64)))
    loss = criterion(sentiment_model.score(review_rows(texts)), torch.tensor(labels).float())
    opt.zero_grad()
    loss.backward()
    opt.step()
sentiment_model.eval()
