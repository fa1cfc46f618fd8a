"""Wrong answers to the questions of 07_applications: the reference solution with one fault each."""

from unrolled.checking.catalogue import Misconception

_NUMBERS_ONLY = "the visible test looks at numbers only"

# --- sentiment -----------------------------------------------------------------------------------------------

_PICKED = "self.verdict(states[rows, last])"
_READ = "states, _ = self.gru(self.words(x))"
_LAST = "(x != PAD).sum(dim=1) - 1"

MISCONCEPTIONS = {
    "sentiment": [
        Misconception(
            "read_at_the_last_step",
            at="states[rows, last]",
            becomes="states[:, -1]",
            what="reading the state at the last step of the tensor",
            hint="Behind a short review stands padding, and the network has run on through it. Where is the last word?",
            caught_by=("padding",),
            seen="document 002: padding would shift the sentiment logits",
        ),
        Misconception(
            "one_step_too_far",
            at=_LAST,
            becomes="(x != PAD).sum(dim=1).clamp(max=x.shape[1] - 1)",
            what="the state one step behind the last word",
            hint="A row of n words has its last one at step n - 1, because steps are counted from 0.",
            caught_by=("padding",),
        ),
        Misconception(
            "one_step_too_early",
            at=_LAST,
            becomes="((x != PAD).sum(dim=1) - 2).clamp(min=0)",
            what="the state after the last word but one",
            hint="Does the last word of a review change your logits?",
            caught_by=("order",),
        ),
        Misconception(
            "longest_row_for_all",
            at=_LAST,
            becomes="(x != PAD).sum(dim=1).max() - 1",
            what="one length, the longest row's, for all rows",
            hint="Each row has a length of its own.",
            caught_by=("padding",),
        ),
        Misconception(
            "mean_with_padding",
            at="states[rows, last]",
            becomes="states.mean(dim=1)",
            what="a mean over all steps, those of padding among them",
            hint="A mean over a row's own words would do. Whose steps are in yours?",
            caught_by=("padding",),
        ),
        Misconception(
            "first_state",
            at="states[rows, last]",
            becomes="states[:, 0]",
            what="the state after the first word",
            hint="After the first word the network knows one word. When has it read them all?",
            caught_by=("order", "gradients"),
        ),
        Misconception(
            "bag_of_words",
            at=_READ,
            becomes=(
                "states = self.gru(self.words(x).flatten(0, 1).unsqueeze(1))[0]\n"
                "        states = states.view(*x.shape, -1).cumsum(dim=1)"
            ),
            what="words that are read one by one and added up",
            hint="A sum is the same in any order, and 'not' has to know what it stands before.",
            caught_by=("order",),
        ),
        Misconception(
            "last_word_alone",
            at=_READ,
            becomes="states = self.gru(self.words(x).flatten(0, 1).unsqueeze(1))[0].view(*x.shape, -1)",
            what="a verdict on the last word alone",
            hint="Is a state carried from word to word?",
            caught_by=("order", "gradients"),
        ),
        Misconception(
            "batch_taken_for_time",
            at=", batch_first=True",
            becomes="",
            what="a GRU that takes the batch for the time",
            hint="Without batch_first=True the first axis is time, so that each review goes on from the one above it.",
            caught_by=("padding", "batch"),
        ),
        Misconception(
            "cut_between_words",
            at="self.verdict(states[rows, last])",
            becomes="self.verdict(states[rows, last].detach())",
            what="states that are cut from the graph",
            hint="Nothing before the last layer would ever learn: something took the states out of the graph.",
            caught_by=("gradients",),
            hidden_only=_NUMBERS_ONLY,
        ),
        Misconception(
            "past_cut_off",
            at=_READ,
            becomes=(
                "states, h = [], None\n"
                "        for t in range(x.shape[1]):\n"
                "            step, h = self.gru(self.words(x[:, t : t + 1]), h)\n"
                "            states, h = [*states, step], h.detach()\n"
                "        states = torch.cat(states, dim=1)"
            ),
            what="a state that is detached at every step",
            hint="The numbers are right, and the first words of a review never learn from its label.",
            caught_by=("gradients",),
            hidden_only=_NUMBERS_ONLY,
            seen="detached states, in public solutions",
        ),
        Misconception(
            "frozen_words",
            at="self.words = nn.Embedding(vocab_size, embedding_dim)",
            becomes="self.words = nn.Embedding(vocab_size, embedding_dim).requires_grad_(False)",
            what="a frozen embedding",
            hint="requires_grad_(False) keeps the words as they were drawn, for ever.",
            caught_by=("gradients",),
            hidden_only=_NUMBERS_ONLY,
        ),
        Misconception(
            "dropout_always_on",
            at="states[rows, last]",
            becomes="F.dropout(states[rows, last], 0.5)",
            what="dropout that no eval() switches off",
            hint="F.dropout is on by default: give it self.training, or use nn.Dropout.",
            caught_by=("batch",),
            seen="dropout on at test, in public solutions",
        ),
        Misconception(
            "verdict_for_every_word",
            at="states[rows, last]",
            becomes="states",
            what="a verdict after every word",
            hint="That is many to many. One row of logits for each review is asked for.",
            caught_by=("shape",),
        ),
    ],
    "sequence_labelling": [
        Misconception(
            "padding_in_the_loss",
            at=", ignore_index=PAD",
            becomes="",
            what="a loss that counts padding like words",
            hint="Tag 0 at a padding is no tag that should be learned. cross_entropy can be told to leave one out.",
            caught_by=("loss",),
        ),
        Misconception(
            "classes_on_time",
            at="logits.transpose(1, 2)",
            becomes="logits.reshape(len(logits), logits.shape[2], -1)",
            what="a loss whose class axis is filled with steps",
            hint="reshape keeps the numbers in their order and cuts them anew; to swap two axes there is transpose.",
            caught_by=("loss",),
            seen="cross-entropy with the class axis on time",
        ),
        Misconception(
            "softmax_twice",
            at="F.cross_entropy(logits.transpose(1, 2)",
            becomes="F.cross_entropy(logits.softmax(-1).transpose(1, 2)",
            what="a loss that takes the softmax twice",
            hint="F.cross_entropy wants logits and takes the softmax itself.",
            caught_by=("loss",),
            seen="softmax before cross-entropy",
        ),
        Misconception(
            "sum_for_mean",
            at="ignore_index=PAD)",
            becomes='ignore_index=PAD, reduction="sum")',
            what="the sum over the words",
            hint="The mean is asked for: a larger batch is not a worse one.",
            caught_by=("loss",),
        ),
        Misconception(
            "divided_by_all_places",
            at="ignore_index=PAD)",
            becomes='ignore_index=PAD, reduction="none").mean()',
            what="a sum over real words that is divided by all places",
            hint="How many places have a word? Divide by those.",
            caught_by=("loss",),
        ),
        Misconception(
            "mean_of_means",
            at="F.cross_entropy(logits.transpose(1, 2), tags, ignore_index=PAD)",
            becomes="torch.stack([F.cross_entropy(z, y, ignore_index=PAD) for z, y in zip(logits, tags)]).mean()",
            what="the mean of each sentence's mean",
            hint="A word in a short sentence counts more there than one in a long sentence.",
            caught_by=("loss",),
        ),
        Misconception(
            "last_step_only",
            at="F.cross_entropy(logits.transpose(1, 2), tags",
            becomes="F.cross_entropy(logits[:, -1], tags[:, -1]",
            what="a loss on the last step only",
            hint="Every word has a tag, and a loss.",
            caught_by=("loss",),
            seen="logits of the last step only",
        ),
        Misconception(
            "loss_without_a_graph",
            at="F.cross_entropy(logits.transpose(1, 2)",
            becomes="F.cross_entropy(logits.detach().transpose(1, 2)",
            what="a loss that is cut from the logits",
            hint="The number is right, and backward has nothing to go back to.",
            caught_by=("loss",),
            hidden_only=_NUMBERS_ONLY,
        ),
        Misconception(
            "last_state_for_all",
            at="return self.tag(states)",
            becomes="return self.tag(states[:, -1:].expand_as(states))",
            what="the last state's logits for every word",
            hint="Each word is tagged from its own state: nothing has to be picked.",
            caught_by=("time",),
        ),
        Misconception(
            "both_directions",
            at="""self.rnn = nn.RNN(embedding_dim, hidden_dim, batch_first=True)
        self.tag = nn.Linear(hidden_dim, num_tags)""",
            becomes="""self.rnn = nn.RNN(embedding_dim, hidden_dim, batch_first=True, bidirectional=True)
        self.tag = nn.Linear(2 * hidden_dim, num_tags)""",
            what="a tagger that reads from right to left as well",
            hint="This one is to read from left to right; the next question has both.",
            caught_by=("time",),
        ),
        Misconception(
            "word_by_word",
            at="states, _ = self.rnn(self.words(x))",
            becomes="states = self.rnn(self.words(x).flatten(0, 1).unsqueeze(1))[0].view(*x.shape, -1)",
            what="words that are tagged one by one, without a memory",
            hint="Is a state carried from word to word?",
            caught_by=("time", "gradients"),
        ),
        Misconception(
            "batch_taken_for_time",
            at=", batch_first=True",
            becomes="",
            what="an RNN that takes the batch for the time",
            hint="Without batch_first=True the first axis is time: each sentence goes on from the one above it.",
            caught_by=("batch", "time"),
        ),
        Misconception(
            "cut_from_the_words",
            at="return self.tag(states)",
            becomes="return self.tag(states.detach())",
            what="states that are cut from the graph",
            hint="Nothing before the last layer would ever learn: something took the states out of the graph.",
            caught_by=("gradients",),
            hidden_only=_NUMBERS_ONLY,
        ),
        Misconception(
            "last_word_only",
            at="return self.tag(states)",
            becomes="return self.tag(states[:, -1])",
            what="one row of logits for the sentence",
            hint="That is many to one. Every word gets logits of its own.",
            caught_by=("shape",),
        ),
    ],
    "bidirectional_tagger": [
        Misconception(
            "begins_in_the_padding",
            at="""        packed, _ = self.rnn(words)
        states, _ = nn.utils.rnn.pad_packed_sequence(packed, batch_first=True, total_length=x.shape[1])""",
            becomes="        states, _ = self.rnn(self.words(x))",
            what="a second direction that begins in the padding",
            hint="From right to left padding is read first. What is in the memory when the last word comes?",
            caught_by=("padding",),
            seen="document 002",
        ),
        Misconception(
            "as_long_as_the_longest",
            at=", total_length=x.shape[1]",
            becomes="",
            what="a result that is as long as the longest row, not as x",
            hint="pad_packed_sequence does not know how wide x was: total_length tells it.",
            caught_by=("shape",),
        ),
        Misconception(
            "left_to_right_only",
            at="return self.tag(states)",
            becomes=(
                "half = states.shape[2] // 2\n"
                "        return self.tag(torch.cat([states[..., :half], states[..., :half]], dim=-1))"
            ),
            what="the direction from left to right, twice",
            hint="Which half of the 2H numbers comes from the other direction?",
            caught_by=("context", "gradients"),
        ),
        Misconception(
            "right_to_left_only",
            at="return self.tag(states)",
            becomes=(
                "half = states.shape[2] // 2\n"
                "        return self.tag(torch.cat([states[..., half:], states[..., half:]], dim=-1))"
            ),
            what="the direction from right to left, twice",
            hint="Which half of the 2H numbers knows the words before?",
            caught_by=("context", "gradients"),
        ),
        Misconception(
            "one_direction",
            at="""self.rnn = nn.RNN(embedding_dim, hidden_dim, batch_first=True, bidirectional=True)
        self.tag = nn.Linear(2 * hidden_dim, num_tags)""",
            becomes="""self.rnn = nn.RNN(embedding_dim, hidden_dim, batch_first=True)
        self.tag = nn.Linear(hidden_dim, num_tags)""",
            what="one direction",
            hint="Does another last word change the logits of the first?",
            caught_by=("context",),
            seen="document 002's demonstration accepts any network",
        ),
        Misconception(
            "not_turned_back",
            at="""        packed, _ = self.rnn(words)
        states, _ = nn.utils.rnn.pad_packed_sequence(packed, batch_first=True, total_length=x.shape[1])""",
            becomes="""        states, _ = self.rnn(self.words(x))
        half = states.shape[2] // 2
        states = torch.cat([states[..., :half], states[..., half:].flip(1)], dim=-1)""",
            what="backward states in the order in which they were made",
            hint="The first of them belongs to the last word. torch's layers have turned them back already.",
            caught_by=("padding",),
        ),
        Misconception(
            "last_states_for_all",
            at="return self.tag(states)",
            becomes="return self.tag(states[:, :1].expand_as(states))",
            what="the first place's states for every word",
            hint="Each word has two states of its own.",
            caught_by=("context",),
        ),
        Misconception(
            "sorted_rows_expected",
            at="enforce_sorted=False",
            becomes="enforce_sorted=True",
            what="rows that have to stand in the order of their lengths",
            hint="enforce_sorted=False lets them stand in any order.",
            caught_by=("shape", "padding", "context"),
        ),
        Misconception(
            "rows_left_in_another_order",
            at="""        words = nn.utils.rnn.pack_padded_sequence(
            self.words(x), lengths, batch_first=True, enforce_sorted=False)""",
            becomes="""        order = torch.argsort(lengths, descending=True)
        words = nn.utils.rnn.pack_padded_sequence(self.words(x[order]), lengths[order], batch_first=True)""",
            what="rows that were sorted by length and not put back",
            hint="Row 0 of the result has to belong to row 0 of x.",
            caught_by=("padding",),
        ),
        Misconception(
            "cut_from_the_words",
            at="return self.tag(states)",
            becomes="return self.tag(states.detach())",
            what="states that are cut from the graph",
            hint="Nothing before the last layer would ever learn: something took the states out of the graph.",
            caught_by=("gradients",),
            hidden_only=_NUMBERS_ONLY,
        ),
        Misconception(
            "dropout_always_on",
            at="return self.tag(states)",
            becomes="return self.tag(F.dropout(states, 0.3))",
            what="dropout that no eval() switches off",
            hint="F.dropout is on by default: give it self.training, or use nn.Dropout.",
            caught_by=("batch",),
        ),
        Misconception(
            "one_row_for_the_sentence",
            at="return self.tag(states)",
            becomes="return self.tag(states[:, -1])",
            what="one row of logits for the sentence",
            hint="Every word gets logits of its own.",
            caught_by=("shape",),
        ),
    ],
    "names": [
        Misconception(
            "goes_on_after_the_end",
            at="""            if token == END:
                break
            name += NAME_CHARS[token]""",
            becomes="""            if token != END:
                name += NAME_CHARS[token]""",
            what="a name that goes on after END",
            hint="END is drawn when the model says that the name is over. What happens then in yours?",
            caught_by=("end",),
        ),
        Misconception(
            "end_token_kept",
            at="""            if token == END:
                break
            name += NAME_CHARS[token]""",
            becomes="""            name += NAME_CHARS[token]
            if token == END:
                break""",
            what="a name with $ at its end",
            hint="The two tokens stand for no letter and are in no name.",
            caught_by=("end", "letters"),
        ),
        Misconception(
            "start_token_kept",
            at='token, hidden, name = START, None, ""',
            becomes='token, hidden, name = START, None, "^"',
            what="a name with ^ in front",
            hint="The two tokens stand for no letter and are in no name.",
            caught_by=("letters", "greedy"),
        ),
        Misconception(
            "never_too_long",
            at="while len(name) < longest:",
            becomes="while len(name) < 500:",
            what="a name without a limit",
            hint="What if END is never drawn? `longest` says when to stop.",
            caught_by=("end",),
        ),
        Misconception(
            "one_letter_more",
            at="while len(name) < longest:",
            becomes="while len(name) <= longest:",
            what="one letter more than `longest`",
            hint="A name of `longest` letters is finished.",
            caught_by=("end",),
        ),
        Misconception(
            "begins_with_the_end",
            at='token, hidden, name = START, None, ""',
            becomes='token, hidden, name = END, None, ""',
            what="a first token that is END",
            hint="What was every training example's first token?",
            caught_by=("greedy",),
        ),
        Misconception(
            "begins_with_a_letter",
            at='token, hidden, name = START, None, ""',
            becomes='token, hidden, name = 3, None, ""',
            what="a first token that is a letter",
            hint="Nobody has said what the first letter is: START is fed, and the model chooses it.",
            caught_by=("greedy",),
        ),
        Misconception(
            "state_thrown_away",
            at="logits, hidden = model(torch.tensor([[token]], device=device), hidden)",
            becomes="logits, _ = model(torch.tensor([[token]], device=device), None)",
            what="a model that begins anew at every letter",
            hint="The state that comes back goes in with the next letter; without it only one letter is remembered.",
            caught_by=("greedy",),
        ),
        Misconception(
            "start_again_and_again",
            at="torch.tensor([[token]], device=device), hidden)",
            becomes="torch.tensor([[START]], device=device), hidden)",
            what="START in the place of the letter that was drawn",
            hint="What the model has drawn it has to read, or it does not know it.",
            caught_by=("greedy",),
        ),
        Misconception(
            "each_letter_twice",
            at="            logits, hidden = model(",
            becomes=(
                "            _, hidden = model(torch.tensor([[token]], device=device), hidden)\n"
                "            logits, hidden = model("
            ),
            what="every letter fed twice",
            hint="Each token goes in once; the state has it then.",
            caught_by=("greedy",),
            seen="last character fed twice, in document 003",
        ),
        Misconception(
            "always_the_likeliest",
            at="torch.multinomial(scores.softmax(dim=-1), 1).item()",
            becomes="scores.argmax().item()",
            what="always taking the likeliest letter",
            hint="Draw: torch.multinomial(p, 1). Otherwise all names are the same one.",
            caught_by=("sampling",),
            hidden_only="at the visible test's temperature both are the same",
        ),
        Misconception(
            "temperature_ignored",
            at="logits[0, -1] / temperature",
            becomes="logits[0, -1].clone()",
            what="a temperature that has no effect",
            hint="Divide the logits by it before the softmax.",
            caught_by=("sampling",),
            hidden_only="the visible model is sure of itself at any temperature",
        ),
        Misconception(
            "temperature_multiplied",
            at="logits[0, -1] / temperature",
            becomes="logits[0, -1] * temperature",
            what="multiplying by the temperature",
            hint="A low temperature must make differences larger: divide.",
            caught_by=("greedy", "sampling"),
        ),
        Misconception(
            "tokens_not_ruled_out",
            at="            scores[[PAD, START]] = -torch.inf\n",
            becomes="",
            what="^ or padding in a name",
            hint="Give both no probability: a logit of minus infinity.",
            caught_by=("letters",),
        ),
        Misconception(
            "training_mode",
            at="    model.eval()\n",
            becomes="",
            what="a model that is left in training mode",
            hint="Dropout would be live: call model.eval() first.",
            caught_by=("mode",),
        ),
        Misconception(
            "graph_kept",
            at="with torch.no_grad():",
            becomes="with torch.enable_grad():",
            what="a graph for gradients kept at every step",
            hint="Nothing is trained here: torch.no_grad() saves time and memory.",
            caught_by=("mode",),
            hidden_only="it costs time and memory, and no visible number",
        ),
    ],
    "encoder_decoder": [
        Misconception(
            "reads_the_answer",
            at="read = F.pad(target, (1, 0), value=START)[:, :-1]",
            becomes="read = target",
            what="a decoder that reads the word it is to say",
            hint="At step t it may read the true token t - 1. Which one does yours read?",
            caught_by=("teacher",),
        ),
        Misconception(
            "moved_the_other_way",
            at="read = F.pad(target, (1, 0), value=START)[:, :-1]",
            becomes="read = F.pad(target, (0, 1), value=START)[:, 1:]",
            what="a target that was moved to the left",
            hint="At step 0 nothing has been said, so START is read there: the target moves to the right.",
            caught_by=("teacher",),
        ),
        Misconception(
            "rolled_round",
            at="F.pad(target, (1, 0), value=START)[:, :-1]",
            becomes="torch.roll(target, 1, dims=1)",
            what="a first step that reads the target's last token",
            hint="torch.roll brings what falls out on the right back in on the left. What should stand there instead?",
            caught_by=("teacher",),
        ),
        Misconception(
            "two_steps_late",
            at="F.pad(target, (1, 0), value=START)[:, :-1]",
            becomes="F.pad(target, (2, 0), value=START)[:, :-2]",
            what="a target that was moved by two steps",
            hint="With a target of one, two, three: what does the decoder read at step 1?",
            caught_by=("teacher",),
        ),
        Misconception(
            "own_words_in_training",
            at="""        read = F.pad(target, (1, 0), value=START)[:, :-1]  # (B, U)
        states, _ = self.decoder(self.words(read), self.encode(source))
        return self.say(states)""",
            becomes="""        state, token, out = self.encode(source), torch.full_like(target[:, :1], START), []
        for _ in range(target.shape[1]):
            states, state = self.decoder(self.words(token), state)
            out.append(self.say(states))
            token = out[-1].argmax(dim=-1)
        return torch.cat(out, dim=1)""",
            what="a decoder that reads its own words in forward",
            hint="The teacher's words are read while it is trained, whatever the network would have said.",
            caught_by=("teacher",),
            seen="teacher forcing misdefined, in document 003",
        ),
        Misconception(
            "nothing_but_start",
            at="read = F.pad(target, (1, 0), value=START)[:, :-1]",
            becomes="read = torch.full_like(target, START)",
            what="a decoder that reads START at every step",
            hint="It has to know which words have been said.",
            caught_by=("teacher",),
        ),
        Misconception(
            "source_forgotten",
            at="self.decoder(self.words(read), self.encode(source))",
            becomes="self.decoder(self.words(read), 0 * self.encode(source))",
            what="a decoder that knows nothing of the source",
            hint="With what state does the decoder start?",
            caught_by=("source",),
        ),
        Misconception(
            "encoder_read_at_the_last_step",
            at="(source != PAD).sum(dim=1) - 1",
            becomes="torch.full((len(source),), source.shape[1] - 1)",
            what="the encoder's state after the padding",
            hint="A source has padding behind it, as a review had. After which character is the state taken?",
            caught_by=("padding",),
        ),
        Misconception(
            "first_character_only",
            at="(source != PAD).sum(dim=1) - 1",
            becomes="torch.zeros_like(source[:, 0])",
            what="the encoder's state after the first character",
            hint="Which state of the encoder has seen the whole source?",
            caught_by=("source",),
        ),
        Misconception(
            "source_cut_off",
            at="device=source.device), last].unsqueeze(0)",
            becomes="device=source.device), last].unsqueeze(0).detach()",
            what="an encoder that no gradient reaches",
            hint="The encoder learns from the decoder's loss alone, through the state that it hands over.",
            caught_by=("gradients",),
            hidden_only=_NUMBERS_ONLY,
        ),
        Misconception(
            "start_never_left",
            at="            states, state = self.decoder(self.words(token), state)\n            token =",
            becomes=(
                "            states, state = self.decoder(self.words(torch.full_like(token, START)), state)\n"
                "            token ="
            ),
            what="a translate that reads START at every step",
            hint="What it has said it has to read, or it does not know it.",
            caught_by=("translate",),
        ),
        Misconception(
            "state_not_carried",
            at="            states, state = self.decoder(self.words(token), state)\n            token =",
            becomes="            states, _ = self.decoder(self.words(token), state)\n            token =",
            what="a translate that begins anew at every step",
            hint="Which state goes into the decoder at the second step?",
            caught_by=("translate",),
        ),
        Misconception(
            "goes_on_after_the_end",
            at="return [row[: row.index(END)] if END in row else row for row in rows]",
            becomes="return [[token for token in row if token != END] for row in rows]",
            what="a translation that goes on after END",
            hint="END says that the translation is over. What stands behind it is nothing.",
            caught_by=("translate",),
        ),
        Misconception(
            "end_kept",
            at="row[: row.index(END)]",
            becomes="row[: row.index(END) + 1]",
            what="a translation with END in it",
            hint="END ends a translation, and is no part of it.",
            caught_by=("translate",),
        ),
        Misconception(
            "one_token_more",
            at="for _ in range(longest):",
            becomes="for _ in range(longest + 1):",
            what="one token more than `longest`",
            hint="`longest` is how many may be said at the most.",
            caught_by=("translate",),
        ),
        Misconception(
            "least_likely",
            at="self.say(states).argmax(dim=-1)",
            becomes="self.say(states).argmin(dim=-1)",
            what="the least likely token each time",
            hint="Which token has the largest logit?",
            caught_by=("translate",),
        ),
        Misconception(
            "batch_taken_for_time",
            at="self.decoder = nn.GRU(16, hidden_dim, batch_first=True)",
            becomes="self.decoder = nn.GRU(16, hidden_dim)",
            what="a decoder that takes the batch for the time",
            hint="Without batch_first=True the first axis is time.",
            caught_by=("shape",),
        ),
    ],
}

# --- the trainings: recognised by what the network does, so different mistakes may look alike ------------------

_ANOTHER = "Whose parameters does the training change?"
_LABELS = "labels = torch.tensor([good for _, good in batch])"

MISCONCEPTIONS["train_sentiment"] = [
    Misconception(
        "labels_turned",
        at=_LABELS,
        becomes="labels = torch.tensor([1 - good for _, good in batch])",
        what="a network that learned the labels the wrong way round",
        hint="1 stands for a good review.",
        caught_by=("accuracy", "long"),
    ),
    Misconception(
        "never_trained",
        at="fit(sentiment_model, sentiment_loss, steps=110)",
        becomes="",
        what="a network that was never trained",
        hint="Which line changes the weights?",
        caught_by=("accuracy", "network"),
    ),
    Misconception(
        "stopped_early",
        at="steps=110",
        becomes="steps=12",
        what="a training that stopped before anything was understood",
        hint="A loss of 0.69 is the loss of guessing; it has to fall far below.",
        caught_by=("accuracy",),
    ),
    Misconception(
        "without_the_nots",
        at="batch = random.sample(train_reviews, 64)",
        becomes='batch = random.sample([r for r in train_reviews if "not" not in r[0].split()], 64)',
        what="reviews without any 'not'",
        hint="Which words has your network never met? Print some of its batches.",
        caught_by=("accuracy",),
    ),
    Misconception(
        "bag_of_words",
        at="sentiment_model = SentimentRNN(len(REVIEW_WORDS), 16, 32, 2)",
        becomes="""class Bag(nn.Module):
    def __init__(self):
        super().__init__()
        self.words, self.top = nn.Embedding(len(REVIEW_WORDS), 32, padding_idx=PAD), nn.Linear(32, 2)

    def forward(self, x):
        return self.top(self.words(x).sum(dim=1))


sentiment_model = Bag()""",
        what="a bag of words, which does not know what 'not' belongs to",
        hint="'not' turns the word after it. Does your network know the order of the words?",
        caught_by=("accuracy",),
    ),
    Misconception(
        "good_reviews_only",
        at="batch = random.sample(train_reviews, 64)",
        becomes="batch = random.sample([review for review in train_reviews if review[1]], 64)",
        what="a network that has seen good reviews only",
        hint="What are the labels in one of your batches?",
        caught_by=("accuracy", "long"),
    ),
    Misconception(
        "order_lost",
        at="x = review_rows([text for text, _ in batch])",
        becomes='x = review_rows([" ".join(sorted(text.split())) for text, _ in batch])',
        what="words that have lost their order",
        hint="'not' belongs to the word behind it. Print a row of your batch as words.",
        caught_by=("accuracy", "long"),
    ),
    Misconception(
        "labels_of_other_reviews",
        at=_LABELS,
        becomes="labels = torch.tensor([good for _, good in random.sample(batch, 64)])",
        what="labels that belong to other reviews",
        hint="Do the labels stand in the same order as the rows?",
        caught_by=("accuracy",),
    ),
    Misconception(
        "code_instead",
        at="sentiment_model = SentimentRNN(len(REVIEW_WORDS), 16, 32, 2)",
        becomes="""class Rules(SentimentRNN):
    def forward(self, x):
        said = []
        for row in x.tolist():
            words = [REVIEW_WORDS[i] for i in row if i]
            said.append((words[-1] in GOOD) != ("not" in words[-3:]))
        return 9.0 * F.one_hot(torch.tensor(said).long(), 2) + 0 * super().forward(x)


sentiment_model = Rules(len(REVIEW_WORDS), 16, 32, 2)""",
        what="rules written by hand",
        hint="The verdict is to come out of what the network has learned.",
        caught_by=("network", "accuracy"),
        hidden_only="the visible test sees only what comes out",
    ),
]

_BATCH = "x, tags = tag_rows(random.sample(train_tagged, 32))"
_ONE = "fit(one_way, lambda: batch_loss(one_way), steps=120)"
_BOTH = "fit(both_ways, lambda: batch_loss(both_ways), steps=90)"

MISCONCEPTIONS["train_taggers"] = [
    Misconception(
        "both_read_left_to_right",
        at="both_ways = BidirectionalRNN(",
        becomes="both_ways = SequenceLabelingRNN(",
        what="two networks that read from left to right",
        hint="'her' is decided by the next word. Which of your two networks can see it?",
        caught_by=("accuracy", "after"),
    ),
    Misconception(
        "both_see_everything",
        at="one_way = SequenceLabelingRNN(",
        becomes="one_way = BidirectionalRNN(",
        what="a one_way that looks ahead",
        hint="What is the other direction good for? Only a network that has it not can show that.",
        caught_by=("before",),
    ),
    Misconception(
        "names_exchanged",
        at=_BOTH,
        becomes=_BOTH + "\none_way, both_ways = both_ways, one_way",
        what="two names that have changed places",
        hint="Which of the two is which?",
        caught_by=("accuracy", "after", "before"),
    ),
    Misconception(
        "one_way_left_out",
        at=_ONE + "\n",
        becomes="",
        what="a one_way that was never trained",
        hint="Two networks are asked for; how low was the loss of each?",
        caught_by=("before",),
    ),
    Misconception(
        "both_ways_left_out",
        at=_BOTH,
        becomes="",
        what="a both_ways that was never trained",
        hint="Two networks are asked for; how low was the loss of each?",
        caught_by=("accuracy", "after"),
    ),
    Misconception(
        "the_same_trained_twice",
        at=_BOTH,
        becomes="fit(both_ways, lambda: batch_loss(one_way), steps=90)",
        what="one network's loss for the other's optimizer",
        hint=_ANOTHER,
        caught_by=("accuracy", "after"),
    ),
    Misconception(
        "stopped_early",
        at=_BOTH,
        becomes="fit(both_ways, lambda: batch_loss(both_ways), steps=8)",
        what="a training that stopped when only frequent tags were known",
        hint="How low was the loss at the end, and was it still falling?",
        caught_by=("accuracy", "after"),
    ),
    Misconception(
        "shuffled_words",
        at=_BATCH,
        becomes=_BATCH
        + "\n    for row in range(len(x)):\n"
        + "        place = torch.randperm(int((x[row] != PAD).sum()))\n"
        + "        x[row, : len(place)], tags[row, : len(place)] = x[row, place], tags[row, place]",
        what="sentences whose words were shuffled",
        hint="What surrounds a word decides its tag. Are your sentences still sentences?",
        caught_by=("accuracy", "after", "before"),
    ),
    Misconception(
        "one_word_late",
        at="return tagging_loss(model(x), tags)",
        becomes="return tagging_loss(model(x), F.pad(tags, (1, 0))[:, :-1])",
        what="tags that belong to the word before",
        hint="Print a row of words above its tags: do they stand under each other?",
        caught_by=("accuracy", "after", "before"),
    ),
    Misconception(
        "last_words_only",
        at="return tagging_loss(model(x), tags)",
        becomes="return tagging_loss(model(x)[:, :1], tags[:, :1])",
        what="a loss on the first word only",
        hint="Every word has a tag, and a loss.",
        caught_by=("accuracy", "after", "before"),
    ),
]

_INPUTS = "inputs = F.pad(rows, (1, 0), value=START)[:, :-1]"
_LOSS = "F.cross_entropy(logits.transpose(1, 2), rows, ignore_index=PAD)"
_FIT_NAMES = "fit(name_model, names_loss, steps=90)"

MISCONCEPTIONS["train_names"] = [
    Misconception(
        "trained_too_long",
        at="steps=90",
        becomes="steps=500",
        what="a network that knows the training names by heart",
        hint="Look at the loss on valid_names while it trains. When is it lowest?",
        caught_by=("likelihood",),
    ),
    Misconception(
        "stopped_early",
        at="steps=90",
        becomes="steps=4",
        what="a network that has hardly begun to learn",
        hint="The loss was still falling.",
        caught_by=("likelihood",),
    ),
    Misconception(
        "says_what_it_reads",
        at=_INPUTS,
        becomes="inputs = rows",
        what="a network that repeats what it has just read",
        hint="What goes in stands one step behind what should come out.",
        caught_by=("likelihood",),
    ),
    Misconception(
        "no_end_learned",
        at=_LOSS,
        becomes="F.cross_entropy(logits.transpose(1, 2), torch.where(rows == END, PAD, rows), ignore_index=PAD)",
        what="a loss that leaves END out",
        hint="END is the last thing that should come out of each name: it has a loss like a letter.",
        caught_by=("likelihood", "ends"),
    ),
    Misconception(
        "padding_learned",
        at=_LOSS,
        becomes="F.cross_entropy(logits.transpose(1, 2), torch.where(rows == END, PAD, rows))",
        what="a loss in which names end with padding",
        hint="What should come out after the last letter is END, and after that nothing is asked.",
        caught_by=("likelihood", "ends"),
    ),
    Misconception(
        "no_start",
        at=_INPUTS,
        becomes="inputs, rows = rows[:, :-1], rows[:, 1:]",
        what="names that are learned from their second letter on",
        hint="Who says the first letter? START goes in before it.",
        caught_by=("likelihood",),
    ),
    Misconception(
        "names_backwards",
        at="rows = name_rows(random.sample(train_names, 64))",
        becomes="rows = name_rows([name[::-1] for name in random.sample(train_names, 64)])",
        what="names that were learned backwards",
        hint="Print a row of what should come out, as letters.",
        caught_by=("likelihood",),
    ),
    Misconception(
        "never_trained",
        at=_FIT_NAMES,
        becomes="",
        what="a network that was never trained",
        hint="Which line changes the weights?",
        caught_by=("likelihood", "network"),
    ),
    Misconception(
        "one_batch_by_heart",
        at="rows = name_rows(random.sample(train_names, 64))",
        becomes="rows = name_rows(train_names[:8])",
        what="a network that has seen eight names",
        hint="Is every batch another one? Eight names do not say what a name is.",
        caught_by=("likelihood",),
    ),
    Misconception(
        "letters_only_counted",
        at=_INPUTS,
        becomes="inputs = torch.full_like(rows, START)",
        what="a network that was never told the letters so far",
        hint="What goes in at a step is the letter before.",
        caught_by=("likelihood",),
    ),
]

_HEARD = "heard = F.pad(TUNE_ROWS, (1, 0), value=START)[:, :-1]"
_MUSIC_LOSS = "F.cross_entropy(logits.transpose(1, 2), TUNE_ROWS, ignore_index=PAD)"
_FIRST = "first = self.starts(tunes).unsqueeze(0)"

MISCONCEPTIONS["music"] = [
    Misconception(
        "number_ignored",
        at=_FIRST,
        becomes="first = torch.zeros_like(self.starts(tunes)).unsqueeze(0)",
        what="a network that does not know which tune it plays",
        hint="With the true notes as input it can still be right most of the time. Where does the number go in?",
        caught_by=("tunes", "end"),
    ),
    Misconception(
        "hears_the_answer",
        at=_HEARD,
        becomes="heard = TUNE_ROWS",
        what="a network that hears the note it is to play",
        hint="What goes in at a step is the note before. Print heard above TUNE_ROWS.",
        caught_by=("tunes", "end"),
    ),
    Misconception(
        "no_end_learned",
        at=_MUSIC_LOSS,
        becomes=(
            "F.cross_entropy(logits.transpose(1, 2), torch.where(TUNE_ROWS == END, PAD, TUNE_ROWS), ignore_index=PAD)"
        ),
        what="a loss that leaves END out",
        hint="END is the last thing that should come out of each tune: it has a loss like a note.",
        caught_by=("end", "samples"),
    ),
    Misconception(
        "stopped_early",
        at="steps=80",
        becomes="steps=15",
        what="a training that stopped while only the commonest notes were known",
        hint="How low was the loss? With 0.5, one note in three is wrong, and so is all that follows it.",
        caught_by=("tunes", "end"),
    ),
    Misconception(
        "one_state_for_all",
        at="all_tunes = torch.arange(len(TUNES))",
        becomes="all_tunes = torch.zeros(len(TUNES), dtype=torch.int64)",
        what="a training in which all tunes have the number 0",
        hint="Which numbers did your network see?",
        caught_by=("tunes", "end"),
    ),
    Misconception(
        "numbers_mixed_up",
        at="logits = music_model(all_tunes, heard)",
        becomes="logits = music_model(all_tunes.flip(0), heard)",
        what="tunes that belong to other numbers",
        hint="Row k of TUNE_ROWS is the tune of number k.",
        caught_by=("tunes", "end"),
    ),
    Misconception(
        "notes_not_heard",
        at="self.gru(self.notes(notes), first)",
        becomes="self.gru(0 * self.notes(notes[:, :1]).expand(-1, notes.shape[1], -1), first)",
        what="a network that does not hear what has been played",
        hint="Without the notes so far it has to count to fifty in its head.",
        caught_by=("tunes",),
    ),
    Misconception(
        "number_for_the_first_note_only",
        at="states, _ = self.gru(self.notes(notes), first)  # (B, T, H)",
        becomes=(
            "states, _ = self.gru(self.notes(notes))\n"
            "        states = torch.cat([states[:, :1] + first.transpose(0, 1), states[:, 1:]], dim=1)"
        ),
        what="a number that helps with the first note only",
        hint="The number is the first *state*, which the network then carries on.",
        caught_by=("tunes", "end"),
    ),
    Misconception(
        "first_bars_only",
        at=_MUSIC_LOSS,
        becomes="F.cross_entropy(logits[:, :12].transpose(1, 2), TUNE_ROWS[:, :12], ignore_index=PAD)",
        what="a training on the first twelve notes",
        hint="Where in the tune does it go wrong, and what did it learn of that place?",
        caught_by=("tunes", "end"),
    ),
    Misconception(
        "never_trained",
        at="fit(music_model, music_loss, steps=80, rate=0.02)",
        becomes="",
        what="a network that was never trained",
        hint="Which line changes the weights?",
        caught_by=("tunes", "end"),
    ),
]

_NUMBERS = "source, target = number_rows(random.sample(train_numbers, 64))"
_SPEECH_LOSS = "F.cross_entropy(logits.transpose(1, 2), target, ignore_index=PAD)"

MISCONCEPTIONS["train_encoder_decoder"] = [
    Misconception(
        "answer_read_in_training",
        at="translator = EncoderDecoder(len(DIGITS), len(NUMBER_WORDS), 96)",
        becomes="""class Reading(EncoderDecoder):
    def forward(self, source, target):
        return self.say(self.decoder(self.words(target), self.encode(source))[0])


translator = Reading(len(DIGITS), len(NUMBER_WORDS), 96)""",
        what="a decoder that was trained with the answer before its eyes",
        hint="A loss near 0 after a few steps is a warning: what did the decoder read?",
        caught_by=("accuracy", "digits"),
    ),
    Misconception(
        "no_end_learned",
        at=_SPEECH_LOSS,
        becomes="F.cross_entropy(logits.transpose(1, 2), torch.where(target == END, PAD, target), ignore_index=PAD)",
        what="a loss that leaves END out",
        hint="END is the last thing that should be said: it has a loss like a word.",
        caught_by=("accuracy", "digits"),
    ),
    Misconception(
        "stopped_early",
        at="steps=220",
        becomes="steps=40",
        what="a training that stopped when only the commonest words were known",
        hint="How low was the loss at the end, and was it still falling?",
        caught_by=("accuracy", "digits"),
    ),
    Misconception(
        "never_trained",
        at="fit(translator, translation_loss, steps=220, rate=0.015)",
        becomes="",
        what="a network that was never trained",
        hint="Which line changes the weights?",
        caught_by=("accuracy", "digits"),
    ),
    Misconception(
        "another_number",
        at=_NUMBERS,
        becomes=_NUMBERS + "\n    source = source.flip(0)",
        what="sources that belong to other targets",
        hint="Row b of the source is to be the number of row b of the target.",
        caught_by=("accuracy", "digits"),
    ),
    Misconception(
        "few_numbers_by_heart",
        at="random.sample(train_numbers, 64)",
        becomes="train_numbers[:16] + train_numbers[400:448]",
        what="a network that knows 64 numbers by heart",
        hint="Is every batch another one? The test are numbers that it has not seen.",
        caught_by=("accuracy", "digits"),
    ),
    Misconception(
        "small_numbers_only",
        at="random.sample(train_numbers, 64)",
        becomes="random.sample(train_numbers[:400], 64)",
        what="a training on numbers below one thousand",
        hint="Which numbers has it never seen the like of?",
        caught_by=("accuracy", "digits"),
    ),
    Misconception(
        "first_word_only",
        at=_SPEECH_LOSS,
        becomes="F.cross_entropy(logits[:, 0], target[:, 0])",
        what="a loss on the first word only",
        hint="Every place of the target has a loss, END included.",
        caught_by=("accuracy", "digits"),
    ),
    Misconception(
        "digits_shuffled",
        at=_NUMBERS,
        becomes=_NUMBERS + "\n    source = source.sort(dim=1, descending=True).values",
        what="digits that have lost their order",
        hint="407 and 740 have the same digits. Does your network see in which order?",
        caught_by=("accuracy", "digits"),
    ),
    Misconception(
        "targets_reversed",
        at=_NUMBERS,
        becomes=_NUMBERS
        + "\n    target = padded([[*[w for w in row if w > END][::-1], END] for row in target.tolist()])",
        what="translations that were learned backwards",
        hint="Print a target as words.",
        caught_by=("accuracy", "digits"),
    ),
]

# Changes of the reference that no check should reject (checking.mutants): question -> mutant -> why it is as right.
_WHOLE_NUMBERS = "whole numbers carry no gradient"
_NO_GRAPH = "there is no graph here that it could be taken out of"
_ON_A_GPU_ONLY = "marking has no GPU: everything lies on the CPU there, and on a GPU this fails with a clear message"
_AN_INDEX = "an index may lie on the CPU, whatever it picks from"
_PACKED = "packed rows have no axis for the batch, so batch_first says nothing about them"

EQUIVALENT = {
    "sentiment": {
        "line 13: (x != PAD).sum(dim=1) - 1 detached": _WHOLE_NUMBERS,
        "line 14: torch.arange(len(x), device= … detached": _WHOLE_NUMBERS,
        "line 14: torch.arange without device=x.device": _AN_INDEX,
    },
    "sequence_labelling": {
        "line 18: logits.transpose: 1 and 2 swapped": "two axes change places, whichever is named first",
    },
    "bidirectional_tagger": {
        "line 7: nn.RNN without batch_first=True": _PACKED,
        "line 7: True becomes False": _PACKED,
        "line 12: (x != PAD).sum(dim=1).cpu() detached": _WHOLE_NUMBERS,
        "line 12: .cpu() dropped": _ON_A_GPU_ONLY,
    },
    "names": {
        "line 8: torch.tensor without device=device": _ON_A_GPU_ONLY,
        "line 9: logits[0, -1] / temperature detached": _NO_GRAPH,
        "line 9: 0 and -1 swapped": "there is one row and one step: either index is the only one",
        "line 11: .item() dropped": "a tensor of one number is compared, and picks a letter, as the number does",
    },
    "encoder_decoder": {
        "line 15: (source != PAD).sum(dim=1) - 1 detached": _WHOLE_NUMBERS,
        "line 16: torch.arange without device=source.device": _AN_INDEX,
        "line 20: F.pad(target, (1, 0), value= … detached": _WHOLE_NUMBERS,
        "line 27: self.encode(source) detached": _NO_GRAPH,
        "line 28: torch.full((len(source), 1), … detached": _WHOLE_NUMBERS,
        "line 28: torch.full without device=source.device": _ON_A_GPU_ONLY,
        "line 31: self.say(states).argmax(dim= … detached": _WHOLE_NUMBERS,
    },
}

# Ideas that reject no entry by themselves: question -> idea -> why they have points of their own all the same.
_SHAPE = "a wrong shape fails elsewhere too; its points are for whoever has the shape right and the rest wrong"
_TRAINED = "a training that goes wrong loses most ideas at once; each has points for whoever gets only so far"

NEVER_ALONE = {}
