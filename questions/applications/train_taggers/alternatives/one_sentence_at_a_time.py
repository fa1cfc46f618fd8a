# sentences one by one, without padding; the gradients of eight are added up before each step
torch.manual_seed(4)
random.seed(4)


def train_tagger(net, epochs, lr):
    opt = torch.optim.Adam(net.parameters(), lr=lr)
    order = list(range(len(train_tagged)))
    for epoch in range(epochs):
        random.shuffle(order)
        opt.zero_grad()
        for n, i in enumerate(order[:480]):
            x, y = tag_rows([train_tagged[i]])
            (F.cross_entropy(net(x)[0], y[0]) / 8).backward()
            if n % 8 == 7:
                opt.step()
                opt.zero_grad()
    return net.eval()


one_way = train_tagger(SequenceLabelingRNN(len(TAG_WORDS), 16, 32, len(TAGS)), 3, 0.008)
both_ways = train_tagger(BidirectionalRNN(len(TAG_WORDS), 16, 32, len(TAGS)), 3, 0.008)
