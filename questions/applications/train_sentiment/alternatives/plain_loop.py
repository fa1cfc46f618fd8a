# epochs over one padded tensor, no clipping; left in training mode
torch.manual_seed(1)
sentiment_model = SentimentRNN(len(REVIEW_WORDS), 24, 48, 2)
optimizer = torch.optim.Adam(sentiment_model.parameters(), lr=0.005)
x = review_rows([text for text, _ in train_reviews])
y = torch.tensor([good for _, good in train_reviews])
for epoch in range(8):
    order = torch.randperm(len(x))
    for i in range(0, len(x), 50):
        rows = order[i : i + 50]
        optimizer.zero_grad()
        loss = nn.CrossEntropyLoss()(sentiment_model(x[rows]), y[rows])
        loss.backward()
        optimizer.step()
