# one optimizer and one loop for both
torch.manual_seed(1)
random.seed(1)
one_way = SequenceLabelingRNN(len(TAG_WORDS), 16, 32, len(TAGS))
both_ways = BidirectionalRNN(len(TAG_WORDS), 16, 32, len(TAGS))
adam = torch.optim.Adam([*one_way.parameters(), *both_ways.parameters()], lr=0.01)
for step in range(120):
    x, tags = tag_rows(random.sample(train_tagged, 32))
    adam.zero_grad()
    (tagging_loss(one_way(x), tags) + tagging_loss(both_ways(x), tags)).backward()
    adam.step()
