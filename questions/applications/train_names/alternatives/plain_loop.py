# epochs over one padded tensor
torch.manual_seed(1)
name_model = NameRNN(len(NAME_CHARS), 24, 48)
rows = name_rows(train_names)
inputs = torch.cat([torch.full((len(rows), 1), START), rows[:, :-1]], dim=1)
optimizer = torch.optim.Adam(name_model.parameters(), lr=0.008)
for epoch in range(18):
    for part in torch.randperm(len(rows)).split(60):
        optimizer.zero_grad()
        logits = name_model(inputs[part])[0]
        F.cross_entropy(logits.flatten(0, 1), rows[part].flatten(), ignore_index=0).backward()
        torch.nn.utils.clip_grad_norm_(name_model.parameters(), 5)
        optimizer.step()
