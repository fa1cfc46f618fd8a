# epochs over one padded tensor, AdamW
torch.manual_seed(2)
x, tags = tag_rows(train_tagged)
made = []
for make in (SequenceLabelingRNN, BidirectionalRNN):
    net = make(len(TAG_WORDS), 12, 20, 8)
    adam = torch.optim.AdamW(net.parameters(), lr=0.01)
    for _ in range(12):
        for part in torch.randperm(len(x)).split(60):
            adam.zero_grad()
            F.cross_entropy(net(x[part]).flatten(0, 1), tags[part].flatten(), ignore_index=0).backward()
            adam.step()
    made.append(net.eval())
one_way, both_ways = made
