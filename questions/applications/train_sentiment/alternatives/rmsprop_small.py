# RMSprop, clipping by value, a smaller network
torch.manual_seed(3)
random.seed(3)
sentiment_model = SentimentRNN(len(REVIEW_WORDS), 12, 24, 2)
adam = torch.optim.RMSprop(sentiment_model.parameters(), lr=0.006)
for step in range(180):
    texts, labels = zip(*random.sample(train_reviews, 48))
    loss = F.cross_entropy(sentiment_model(review_rows(texts)), torch.tensor(labels))
    adam.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_value_(sentiment_model.parameters(), 0.5)
    adam.step()
sentiment_model.eval()
