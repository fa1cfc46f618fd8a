# measures itself on strings of its own every forty steps and stops once it is good; keeps the weights that were best
import copy

MAX_DELAY = 8
torch.manual_seed(1)
model = VariableDelayGRUMemory(104, MAX_DELAY).to(device)
start_as_shift_register(model.gru)
opt = torch.optim.AdamW(model.parameters(), lr=0.02, betas=(0.9, 0.98), weight_decay=1e-4)
LAST = 640
sched = torch.optim.lr_scheduler.LambdaLR(opt, warm_up_then_cosine(LAST))
held_out = random_letters(60, 40).to(device)
best, weights = 0.0, None
for i in range(LAST):
    model.train()
    s = random_letters(32, 22).to(device)
    wanted = torch.stack([echo(s, d) for d in range(MAX_DELAY + 1)], dim=-1)
    loss = F.cross_entropy(model.all_delays(idx_to_onehot(s)).permute(0, 3, 1, 2), wanted)
    opt.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    opt.step()
    sched.step()
    if i > LAST // 2 and i % 40 == 39:
        model.eval()
        with torch.no_grad():
            found = model.all_delays(idx_to_onehot(held_out)).argmax(-1)
        right = (found == torch.stack([echo(held_out, d) for d in range(MAX_DELAY + 1)], -1)).float().mean().item()
        if right > best:
            best, weights = right, copy.deepcopy(model.state_dict())
        if right > 0.9999:
            break
model.load_state_dict(weights)
