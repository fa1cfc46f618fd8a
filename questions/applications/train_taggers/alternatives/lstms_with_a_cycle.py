# LSTMs with dropout between the words and the states, and a rate that rises and falls
torch.manual_seed(5)
random.seed(5)


class WordTagger(nn.Module):
    def __init__(self, directions):
        super().__init__()
        self.word_embeddings = nn.Embedding(len(TAG_WORDS), 24, padding_idx=PAD)
        self.dropout = nn.Dropout(0.1)
        self.lstm = nn.LSTM(24, 32, batch_first=True, bidirectional=directions == 2)
        self.hidden2tag = nn.Linear(32 * directions, len(TAGS))

    def forward(self, sentences):
        lengths = (sentences != PAD).sum(dim=1)
        embeds = self.dropout(self.word_embeddings(sentences))
        packed = nn.utils.rnn.pack_padded_sequence(embeds, lengths, batch_first=True, enforce_sorted=False)
        out, _ = nn.utils.rnn.pad_packed_sequence(
            self.lstm(packed)[0], batch_first=True, total_length=sentences.size(1))
        return self.hidden2tag(out)


one_way, both_ways = WordTagger(1), WordTagger(2)
for tagger in [one_way, both_ways]:
    optimizer = torch.optim.Adam(tagger.parameters())
    scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.03, total_steps=120)
    criterion = nn.CrossEntropyLoss(ignore_index=PAD, reduction="sum")
    tagger.train()
    for _ in range(120):
        sentences, tags = tag_rows(random.sample(train_tagged, 40))
        optimizer.zero_grad()
        loss = criterion(tagger(sentences).reshape(-1, len(TAGS)), tags.reshape(-1)) / len(sentences)
        loss.backward()
        nn.utils.clip_grad_norm_(tagger.parameters(), 5.0)
        optimizer.step()
        scheduler.step()
    tagger.eval()
