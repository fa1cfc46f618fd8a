# the loss by log_softmax and gather, tested in four batches under inference_mode
def test_rnn_memory(model_class, hidden_dim, seq_lengths, steps=100, lr=0.01):
    def one(T):
        net = model_class(num_layers=1, hidden_dim=hidden_dim, embedding_dim=16, vocab_size=10).to(device)
        opt = torch.optim.AdamW(net.parameters(), lr, weight_decay=0.0)
        for _ in range(steps):
            x = torch.empty(100, T, dtype=torch.long, device=device).random_(0, 10)
            logits = net(x)[0]
            loss = -logits[:, -1].log_softmax(-1).gather(1, x[:, :1]).mean()
            net.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 5.0)
            opt.step()
        net.train(False)
        right = total = 0
        with torch.inference_mode():
            for _ in range(4):
                x = torch.randint(10, (250, T), device=device)
                right += int((net(x)[0][:, -1].max(dim=1).indices == x[:, 0]).sum())
                total += len(x)
        return right / total

    return [one(T) for T in seq_lengths]
