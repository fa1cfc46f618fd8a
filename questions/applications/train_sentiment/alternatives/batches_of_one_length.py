# every batch holds reviews of one length, so that there is no padding at all; weights averaged over the last epochs
from collections import defaultdict

torch.manual_seed(4)
random.seed(4)
sentiment_model = SentimentRNN(len(REVIEW_WORDS), 20, 40, 2)
averaged = torch.optim.swa_utils.AveragedModel(sentiment_model)
optimizer = torch.optim.Adam(sentiment_model.parameters(), lr=8e-3)
by_length = defaultdict(list)
for review in train_reviews:
    by_length[len(review[0].split())].append(review)
for epoch in range(6):
    batches = []
    for reviews in by_length.values():
        random.shuffle(reviews)
        batches += [reviews[i : i + 32] for i in range(0, len(reviews), 32)]
    random.shuffle(batches)
    for batch in batches:
        ids = torch.stack([review_rows([text])[0] for text, _ in batch])
        loss = F.cross_entropy(sentiment_model(ids), torch.tensor([label for _, label in batch]))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    if epoch > 3:
        averaged.update_parameters(sentiment_model)
sentiment_model = averaged.module
