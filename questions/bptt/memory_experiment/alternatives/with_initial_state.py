# all batches drawn before, the state given, NumPy's mean
def test_rnn_memory(model_class, hidden_dim, seq_lengths, steps=100, lr=0.01):
    accuracy = []
    for n in seq_lengths:
        m = model_class(vocab_size=10, num_layers=1, hidden_dim=hidden_dim, embedding_dim=16)
        m.to(device)
        adam = torch.optim.Adam(m.parameters(), lr=lr)
        data = torch.randint(10, (steps, 100, n), device=device)
        for x in data:
            out = m(x, m.init_hidden(len(x)))[0][:, n - 1]
            adam.zero_grad(set_to_none=True)
            F.nll_loss(torch.log_softmax(out, 1), x[:, 0]).backward()
            torch.nn.utils.clip_grad_norm_(m.parameters(), max_norm=5)
            adam.step()
        m = m.eval()
        with torch.no_grad():
            fresh = torch.randint(10, (400, n), device=device)
            guess = m(fresh, m.init_hidden(400))[0][:, -1].argmax(-1)
        accuracy.append(np.mean((guess == fresh[:, 0]).cpu().numpy()))
    return accuracy
