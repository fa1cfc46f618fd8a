"""Wrong answers to the questions of 01_sequences: the reference solution with one fault each."""

from unrolled.checking.catalogue import Misconception

_ONLY_A_LETTER = "the visible test only asks for a letter"


def _options(right: str, reasons: dict[str, str]) -> list[Misconception]:
    """The wrong options of a question of choice, each with the reason why it is wrong, and what is no option."""
    at = f'"{right}"'
    wrong = [
        Misconception(f"option_{letter.lower()}", at, f'"{letter}"', "", reason, ("answer",), _ONLY_A_LETTER)
        for letter, reason in reasons.items()
    ]
    none = {"not_a_letter": '"?"', "a_word": f'"{right}ut"'}
    return [*wrong, *(Misconception(n, at, b, "", "One letter: A, B, C or D.", ("answer",)) for n, b in none.items())]


_PAIRS = "[(tokens[i - window : i], tokens[i]) for i in range(window, len(tokens))]"

# Parts of the reference of `vocabulary`, for faults that change a whole step of it.
_REFUSAL = """        unknown = sorted(set(text) - set(self.chars))
        if unknown:
            raise ValueError(f"not in this vocabulary: {', '.join(map(repr, unknown))}")
        return [self.char2idx[c] for c in text]"""
_NO_SUCH_ID = """        if any(not 0 <= i < len(self.chars) for i in ids):
            raise ValueError(f"an id that is not in this vocabulary: {ids}")
"""

_ROWS = "(ids.unsqueeze(-1) == torch.arange(vocab_size)).float()"
_PRODUCT = "one_hot(ids, W.shape[0]).to(W.dtype) @ W"

_WINDOW = """        window = self.ids[i : i + self.seq_len + 1]  # (T + 1,): both lie in it
        return window[:-1], window[1:]"""

MISCONCEPTIONS = {
    "window_pairs": [
        Misconception(
            "last_pair_missing",
            at="range(window, len(tokens))",
            becomes="range(window, len(tokens) - 1)",
            what="a loop that stops one place early",
            hint="The last token is a target too. range(a, b) already ends before b.",
            caught_by=("pairs",),
        ),
        Misconception(
            "runs_over_the_end",
            at="range(window, len(tokens))",
            becomes="range(window, len(tokens) + 1)",
            what="a window at the very end, where nothing follows it",
            hint="A window whose target lies past the end makes no pair.",
            caught_by=("pairs", "short"),
        ),
        Misconception(
            "target_inside_the_context",
            at="tokens[i]) for",
            becomes="tokens[i - 1]) for",
            what="a target that stands inside its own context",
            hint="The target is the token after the window; a model that has read it has nothing to predict.",
            caught_by=("pairs",),
        ),
        Misconception(
            "one_token_skipped",
            at=_PAIRS,
            becomes="[(tokens[i - window : i], tokens[i + 1]) for i in range(window, len(tokens) - 1)]",
            what="a gap between context and target",
            hint="tokens[a:b] ends before b, so the token just after it is tokens[b].",
            caught_by=("pairs",),
        ),
        Misconception(
            "windows_side_by_side",
            at="range(window, len(tokens))",
            becomes="range(window, len(tokens), window)",
            what="windows that lie side by side",
            hint="The window moves on by one token, so that every token is a target once.",
            caught_by=("pairs",),
        ),
        Misconception(
            "newest_first",
            at="tokens[i - window : i]",
            becomes="tokens[i - window : i][::-1]",
            what="contexts that begin with the newest token",
            hint="A context stands in the order of the text, oldest token first.",
            caught_by=("pairs",),
        ),
        Misconception(
            "whole_prefix",
            at="tokens[i - window : i]",
            becomes="tokens[:i]",
            what="contexts that reach back to the beginning",
            hint="That is what an RNN gets. A window holds the last K tokens and no more.",
            caught_by=("pairs",),
        ),
        Misconception(
            "window_with_target",
            at="tokens[i - window : i]",
            becomes="tokens[i - window : i + 1]",
            what="a context that has its target in it",
            hint="The slice ends one place too late: what is to be predicted must not be given.",
            caught_by=("pairs",),
        ),
        Misconception(
            "place_by_index",
            at=_PAIRS,
            becomes=(
                "[(tokens[i - window : i], tokens[tokens.index(tokens[i - 1]) + 1]) "
                "for i in range(window, len(tokens))]"
            ),
            what="looking a token's place up with index()",
            hint="index() finds the first such token; where a token occurs twice, that is another place.",
            caught_by=("pairs",),
        ),
        Misconception(
            "each_pair_once",
            at=_PAIRS,
            becomes=(
                "list(dict((tuple(tokens[i - window : i]), tokens[i]) for i in range(window, len(tokens))).items())"
            ),
            what="a dictionary from context to target",
            hint="The same context may come again, with another target: both are pairs to learn from.",
            caught_by=("pairs",),
        ),
        Misconception(
            "context_joined",
            at="tokens[i - window : i]",
            becomes="' '.join(map(str, tokens[i - window : i]))",
            what="a context joined to one str",
            hint="A context stays a list of tokens, so that each can be given an id.",
            caught_by=("pairs",),
        ),
        Misconception(
            "first_pair_only",
            at=f"return {_PAIRS}",
            becomes="for i in range(window, len(tokens)):\n        return [(tokens[i - window : i], tokens[i])]",
            what="a return inside the loop",
            hint="Collect the pairs in a list, and return it after the loop.",
            caught_by=("pairs", "short"),
        ),
        Misconception(
            "short_text_refused",
            at="    return [(",
            becomes="    if len(tokens) <= window:\n        raise ValueError('too short')\n    return [(",
            what="refusing a text that is too short",
            hint="It is no mistake of the caller's: a text without a pair has an empty list of pairs.",
            caught_by=("short",),
        ),
        Misconception(
            "window_of_nothing",
            at="if window < 1:",
            becomes="if window < 0:",
            what="letting a window of 0 pass",
            hint="From no token nothing can be predicted: ask whether the window is below 1.",
            caught_by=("edges",),
        ),
        Misconception(
            "no_refusal",
            at="""    if window < 1:
        raise ValueError(f"a window of {window} tokens holds nothing to predict from; it has to be 1 or more")
""",
            becomes="",
            what="letting any window pass",
            hint="Say what is wrong before the slices give something odd: raise a ValueError.",
            caught_by=("edges",),
        ),
        Misconception(
            "text_used_up",
            at=f"return {_PAIRS}",
            becomes=(
                "pairs = []\n    while len(tokens) > window:\n"
                "        pairs.append((tokens[:window], tokens[window]))\n        tokens.pop(0)\n    return pairs"
            ),
            what="taking the tokens out of the list as it goes",
            hint="pop() empties the caller's own list. Leave it as it is, and move an index.",
            caught_by=("inputs",),
        ),
    ],
    "mcq_mlp_memory": _options(
        "B",
        {
            "A": "The window of nine in the notebook had more weights and was right in every new sentence. Size is not "
            "what fails here.",
            "C": "Ids become one-hot rows or embeddings, which are floats, for an MLP as for an RNN. The small MLPs of "
            "the notebook read words.",
            "D": "Flattened, 'dog bites man' and 'man bites dog' are different vectors, and the MLP with a window of "
            "nine learned from them. A sum of the rows would lose the order.",
        },
    ),
    "vocabulary": [
        Misconception(
            "order_of_appearance",
            at="sorted(set(text))",
            becomes="list(dict.fromkeys(text))",
            what="characters in the order in which they occur",
            hint="Sort them, so that the same characters give the same ids whatever the text says first.",
            caught_by=("chars",),
        ),
        Misconception(
            "repeated_characters",
            at="sorted(set(text))",
            becomes="sorted(text)",
            what="every character as often as it occurs",
            hint="A vocabulary holds each character once: set(text).",
            caught_by=("chars",),
        ),
        Misconception(
            "most_frequent_first",
            at="sorted(set(text))",
            becomes="sorted(set(text), key=lambda c: (-text.count(c), c))",
            what="characters sorted by how often they occur",
            hint="That is another usual order, but here a character's place is its place in the alphabet.",
            caught_by=("chars",),
        ),
        Misconception(
            "small_letters_only",
            at="sorted(set(text))",
            becomes="sorted(set(text.lower()))",
            what="making everything small letters first",
            hint="A capital is a character of its own: there and back, a text has to be the same.",
            caught_by=("chars",),
        ),
        Misconception(
            "blanks_dropped",
            at="sorted(set(text))",
            becomes="sorted(set(text) - set(' \\n'))",
            what="leaving blanks and line ends out",
            hint="A blank is a character like any other; without it nobody can tell where a word ends.",
            caught_by=("chars",),
        ),
        Misconception(
            "alphabet_for_every_text",
            at="sorted(set(text))",
            becomes="list(' abcdefghijklmnopqrstuvwxyz')",
            what="the whole alphabet, whatever the text holds",
            hint="The vocabulary is what occurs in this text, so that V is no larger than it must be.",
            caught_by=("chars",),
        ),
        Misconception(
            "words_for_characters",
            at="sorted(set(text))",
            becomes="sorted(set(text.split()))",
            what="words in the place of characters",
            hint="A token is a character here; a str is already a sequence of them.",
            caught_by=("chars",),
        ),
        Misconception(
            "ids_from_one",
            at="enumerate(self.chars)",
            becomes="enumerate(self.chars, start=1)",
            what="ids that are counted from 1",
            hint="The first character has id 0: its row is the table's first.",
            caught_by=("encode",),
        ),
        Misconception(
            "place_in_the_text",
            at="enumerate(self.chars)",
            becomes="enumerate(text)",
            what="ids that are places in the text",
            hint="Number the characters of the vocabulary, not those of the text.",
            caught_by=("encode",),
        ),
        Misconception(
            "codes_of_python",
            at="[self.char2idx[c] for c in text]",
            becomes="[ord(c) for c in text]",
            what="Python's own codes",
            hint="ord() numbers all of Unicode; here an id is a place among V characters.",
            caught_by=("encode",),
        ),
        Misconception(
            "vocabulary_of_the_argument",
            at="[self.char2idx[c] for c in text]",
            becomes="[sorted(set(text)).index(c) for c in text]",
            what="ids from a vocabulary of the text that is encoded",
            hint="The vocabulary was made once, in __init__. encode only looks characters up in it.",
            caught_by=("encode",),
        ),
        Misconception(
            "ids_in_a_tensor",
            at="return [self.char2idx[c] for c in text]",
            becomes="return torch.tensor([self.char2idx[c] for c in text])",
            what="a tensor of ids",
            hint="A list is asked for: lists can be joined and compared, and decode needs plain numbers.",
            caught_by=("encode",),
        ),
        Misconception(
            "characters_not_joined",
            at='return "".join(self.chars[i] for i in ids)',
            becomes="return [self.chars[i] for i in ids]",
            what="a list of characters",
            hint='"".join(...) makes one str of them.',
            caught_by=("decode",),
        ),
        Misconception(
            "joined_with_blanks",
            at='"".join(',
            becomes='" ".join(',
            what="a blank between any two characters",
            hint="The blanks of the text have ids of their own. Join with nothing between.",
            caught_by=("decode",),
        ),
        Misconception(
            "decoded_backwards",
            at="self.chars[i] for i in ids)",
            becomes="self.chars[i] for i in reversed(ids))",
            what="a text that is decoded from its end",
            hint="The first id is the first character.",
            caught_by=("decode",),
        ),
        Misconception(
            "decoded_from_one",
            at="self.chars[i] for i in ids)",
            becomes="self.chars[i - 1] for i in ids)",
            what="decoding ids as if they were counted from 1",
            hint="chars[0] is the character with id 0. (chars[-1] exists in Python, so nothing crashed.)",
            caught_by=("decode",),
        ),
        Misconception(
            "unknown_dropped",
            at=_REFUSAL,
            becomes="        return [self.char2idx[c] for c in text if c in self.char2idx]",
            what="dropping unknown characters without a word",
            hint="Another text than the one that was given should not pass in silence.",
            caught_by=("unknown",),
            seen="document 003",
        ),
        Misconception(
            "unknown_is_zero",
            at=_REFUSAL,
            becomes="        return [self.char2idx.get(c, 0) for c in text]",
            what="giving unknown characters the id 0",
            hint="Id 0 belongs to a character already. Refuse what is not in the vocabulary.",
            caught_by=("unknown",),
        ),
        Misconception(
            "unknown_is_none",
            at=_REFUSAL,
            becomes="        return [self.char2idx.get(c) for c in text]",
            what="giving unknown characters None for an id",
            hint="Whoever gets the list finds out much later, if at all. Refuse at once.",
            caught_by=("unknown",),
        ),
        Misconception(
            "unknown_learned",
            at=_REFUSAL,
            becomes="        return [self.char2idx.setdefault(c, len(self.char2idx)) for c in text]",
            what="giving unknown characters new ids on the fly",
            hint="A model has been built for V characters; there is no row for one more.",
            caught_by=("unknown",),
        ),
        Misconception(
            "refused_without_a_name",
            at="raise ValueError(f\"not in this vocabulary: {', '.join(map(repr, unknown))}\")",
            becomes='raise ValueError("bad input")',
            what="a refusal that does not say which character",
            hint="Put the character into the message: in a text of a million nobody finds it by eye.",
            caught_by=("unknown",),
        ),
        Misconception(
            "negative_id_wraps",
            at="not 0 <= i < len(self.chars)",
            becomes="i >= len(self.chars)",
            what="letting negative ids pass",
            hint="chars[-1] is the last character to Python. Ask whether the id is below 0.",
            caught_by=("unknown",),
        ),
        Misconception(
            "ids_not_looked_at",
            at=_NO_SUCH_ID,
            becomes="        ids = [i % max(len(self.chars), 1) for i in ids]\n",
            what="ids taken modulo V",
            hint="An id that does not exist is a mistake somewhere else: refuse it.",
            caught_by=("unknown",),
        ),
        Misconception(
            "empty_text_refused",
            at="        unknown = sorted(",
            becomes="        if not text:\n            raise ValueError('no text')\n        unknown = sorted(",
            what="refusing an empty text",
            hint="Nothing is unknown in it: its ids are the empty list.",
            caught_by=("empty",),
        ),
        Misconception(
            "empty_vocabulary_refused",
            at="        self.chars = sorted(set(text))",
            becomes="        assert text, 'no text'\n        self.chars = sorted(set(text))",
            what="refusing to make a vocabulary of an empty text",
            hint="It has no characters, and refuses every one; nothing else is special about it.",
            caught_by=("empty",),
        ),
        Misconception(
            "nothing_for_nothing",
            at=_NO_SUCH_ID,
            becomes=_NO_SUCH_ID + "        if not ids:\n            return None\n",
            what="None for an empty list of ids",
            hint='Joining nothing gives "", the empty text.',
            caught_by=("empty",),
        ),
    ],
    "mcq_whole_sequence": _options(
        "C",
        {
            "A": "It is trained to say the next character after every character, so it answers at each of T steps.",
            "B": "It is trained to say the next word after every word; only the last of its answers has read them all.",
            "D": "The first two answer at every step, from what they have read by then. Only a label for a whole "
            "review has to wait.",
        },
    ),
    "one_hot": [
        Misconception(
            "width_of_the_batch",
            at="torch.arange(vocab_size)).float()",
            becomes="torch.arange(int(ids.max()) + 1 if ids.numel() else vocab_size)).float()",
            what="rows as wide as the largest id of this batch",
            hint="The width is V, whatever happens to occur: the next batch has to fit the same matrix.",
            caught_by=("values", "shape"),
        ),
        Misconception(
            "one_place_too_wide",
            at="torch.arange(vocab_size)",
            becomes="torch.arange(vocab_size + 1)",
            what="rows with V + 1 places",
            hint="Ids run from 0 to V - 1, which are V places.",
            caught_by=("values", "shape"),
        ),
        Misconception(
            "counted_from_one",
            at="torch.arange(vocab_size)",
            becomes="torch.arange(1, vocab_size + 1)",
            what="places that are counted from 1",
            hint="Id 0 has its 1 in the first place, place 0.",
            caught_by=("values",),
        ),
        Misconception(
            "places_first",
            at=_ROWS,
            becomes=f"{_ROWS}.movedim(-1, 0)",
            what="the V places as the first axis",
            hint="The places of one id stand together, last.",
            caught_by=("values", "shape"),
        ),
        Misconception(
            "flattened",
            at=_ROWS,
            becomes=f"{_ROWS}.flatten()",
            what="all rows in one long vector",
            hint="Flattening is the MLP's business; here every id keeps a row of its own.",
            caught_by=("values", "shape"),
        ),
        Misconception(
            "squeezed",
            at=_ROWS,
            becomes=f"{_ROWS}.squeeze()",
            what="dropping every axis of size 1",
            hint="squeeze() without an axis also removes a batch of one and a sequence of one.",
            caught_by=("shape",),
            hidden_only="the visible examples have no axis of size 1; the hidden check draws B = 1 and T = 1",
        ),
        Misconception(
            "counts_of_the_batch",
            at=_ROWS,
            becomes=f"{_ROWS}.sum(dim=-2)",
            what="adding the rows of a sequence up",
            hint="That is a bag of words: it has lost the order. Every id keeps a row of its own.",
            caught_by=("values", "shape"),
        ),
        Misconception(
            "whole_numbers",
            at=").float()",
            becomes=").long()",
            what="rows of whole numbers",
            hint="A matrix product with a table of floats wants floats on both sides.",
            caught_by=("dtype",),
        ),
        Misconception(
            "true_and_false",
            at=").float()",
            becomes=")",
            what="rows of True and False",
            hint="The comparison gives bools; turn them into float32.",
            caught_by=("dtype",),
        ),
        Misconception(
            "double_precision",
            at=").float()",
            becomes=").double()",
            what="rows in float64",
            hint="float32 is what the weights of a network are, unless somebody asks for more.",
            caught_by=("dtype",),
        ),
        Misconception(
            "ids_multiplied_in",
            at=_ROWS,
            becomes=f"{_ROWS} * ids.unsqueeze(-1)",
            what="the id itself in its place, instead of a 1",
            hint="Id 2 is not twice id 1; every row has a single 1.",
            caught_by=("values",),
        ),
        Misconception(
            "all_up_to_the_id",
            at="ids.unsqueeze(-1) ==",
            becomes="ids.unsqueeze(-1) >=",
            what="ones in all places up to the id",
            hint="A single place is 1: the one that equals the id.",
            caught_by=("values",),
        ),
        Misconception(
            "negative_wraps",
            at="((ids < 0) | (ids >= vocab_size)).any()",
            becomes="(ids >= vocab_size).any()",
            what="letting negative ids pass",
            hint="Ask for ids below 0 as well.",
            caught_by=("edges",),
        ),
        Misconception(
            "too_large_is_a_row_of_zeros",
            at="((ids < 0) | (ids >= vocab_size)).any()",
            becomes="(ids < 0).any()",
            what="a row of zeros for an id that does not exist",
            hint="A row without a 1 is no token. Refuse ids from V on.",
            caught_by=("edges",),
        ),
        Misconception(
            "last_row_for_too_large",
            at="""    if ((ids < 0) | (ids >= vocab_size)).any():
        raise ValueError(f"an id that is not in a vocabulary of {vocab_size}")
""",
            becomes="    ids = ids.clamp(0, vocab_size - 1)\n",
            what="the nearest existing id in the place of one that does not exist",
            hint="Whoever sends a wrong id should hear of it.",
            caught_by=("edges",),
        ),
        Misconception(
            "no_ids_crash",
            at="    if ((ids < 0)",
            becomes="    ids.max()\n    if ((ids < 0)",
            what="a crash when there are no ids",
            hint="The largest of no ids does not exist. No ids are no mistake: the result has no rows.",
            caught_by=("edges",),
        ),
        Misconception(
            "ids_overwritten",
            at=f"    return {_ROWS}",
            becomes=f"    rows = {_ROWS}\n    ids.zero_()\n    return rows",
            what="ids that are changed by the call",
            hint="A method whose name ends in _ works in place, on the caller's own tensor.",
            caught_by=("inputs",),
            hidden_only="the rows are right; the visible test does not look at its argument again",
        ),
    ],
    "embedding": [
        Misconception(
            "one_hot_without_table",
            at=_PRODUCT,
            becomes="one_hot(ids, W.shape[0]).to(W.dtype)",
            what="one-hot rows that never met the table",
            hint="One-hot is the first half: onehot(x) @ W picks the row.",
            caught_by=("values", "gradients", "shape"),
        ),
        Misconception(
            "columns_for_rows",
            at=_PRODUCT,
            becomes="W[:, ids]",
            what="picking columns instead of rows",
            hint="The table is (V, E): the first axis counts tokens.",
            caught_by=("values", "shape"),
        ),
        Misconception(
            "counted_from_one",
            at=_PRODUCT,
            becomes="W[ids - 1]",
            what="a table counted from 1",
            hint="Token 0 is row 0. (Row -1 exists in Python, so nothing crashed.)",
            caught_by=("values",),
        ),
        Misconception(
            "width_of_the_batch",
            at="one_hot(ids, W.shape[0]).to(W.dtype) @ W",
            becomes="one_hot(ids, int(ids.max()) + 1).to(W.dtype) @ W[-int(ids.max()) - 1 :]",
            what="one-hot rows as wide as this batch's largest id",
            hint="The width of a one-hot row is V, the number of rows in the table, whatever the batch holds.",
            caught_by=("values",),
            hidden_only="the visible example uses the table's last row, and its batch only asks for the shape",
        ),
        Misconception(
            "bag_of_words",
            at=_PRODUCT,
            becomes=f"({_PRODUCT}).mean(dim=-2)",
            what="averaging over the sequence",
            hint="Every token keeps a vector of its own; nothing is averaged over time.",
            caught_by=("values", "shape"),
        ),
        Misconception(
            "axes_swapped",
            at=_PRODUCT,
            becomes=f"({_PRODUCT}).transpose(-1, -2)",
            what="the numbers of an embedding in front of the steps",
            hint="The E numbers of one embedding stand together, last.",
            caught_by=("values", "shape"),
        ),
        Misconception(
            "flattened",
            at=_PRODUCT,
            becomes=f"({_PRODUCT}).flatten()",
            what="all rows in one long vector",
            hint="Flattening is the MLP's business; an RNN reads one row after the other.",
            caught_by=("values", "shape"),
        ),
        Misconception(
            "cut_from_the_table",
            at="@ W",
            becomes="@ W.detach()",
            what="a table that was taken out of the graph (.detach(), .data or no_grad)",
            hint="The rows are right, but no gradient ever reaches W, so it would never be learned.",
            caught_by=("gradients",),
        ),
        Misconception(
            "copied_to_a_list",
            at=_PRODUCT,
            becomes="torch.tensor(W.tolist(), dtype=W.dtype)[ids]",
            what="a copy of the table",
            hint="torch.tensor(...) makes a new tensor without a history: the gradient ends there.",
            caught_by=("gradients",),
        ),
        Misconception(
            "once_for_each_token",
            at=_PRODUCT,
            becomes=f"{_PRODUCT} / one_hot(ids, W.shape[0]).flatten(0, -2).sum(0)[ids].unsqueeze(-1).to(W.dtype)",
            what="rows divided by how often their token occurs",
            hint="A row is read as it is, however often; only its gradient adds up.",
            caught_by=("values",),
        ),
        Misconception(
            "rows_normalised",
            at=_PRODUCT,
            becomes=f"F.normalize({_PRODUCT}, dim=-1)",
            what="scaling every row to length 1",
            hint="A look-up gives the row as it is; its length is learned too.",
            caught_by=("values",),
        ),
        Misconception(
            "single_precision_only",
            at="one_hot(ids, W.shape[0]).to(W.dtype) @ W",
            becomes="one_hot(ids, W.shape[0]) @ W.float()",
            what="a table turned into float32",
            hint="Turn the one-hot rows into the dtype of the table, not the table into theirs.",
            caught_by=("dtype",),
        ),
        Misconception(
            "dtypes_do_not_meet",
            at=".to(W.dtype) @",
            becomes=" @",
            what="one-hot rows that are always float32",
            hint="With a table in float64 the product stops: give the rows the table's dtype.",
            caught_by=("dtype",),
        ),
        Misconception(
            "drawn_anew",
            at="@ W",
            becomes="@ torch.randn_like(W).requires_grad_()",
            what="a table drawn anew at every call",
            hint="The rows must come from the W that was given.",
            caught_by=("values", "gradients"),
        ),
    ],
    "mcq_embedding": _options(
        "B",
        {
            "A": "They go on working at any V. What grows is their cost: 200 GB for a million words at V = 50,000.",
            "C": "An id is what picks the row, and ids come from a vocabulary; the table has one row for each of its "
            "tokens.",
            "D": "F.one_hot(ids, V) makes them in one call, and you wrote the same in a few lines.",
        },
    ),
    "char_dataset": [
        Misconception(
            "target_not_moved",
            at="return window[:-1], window[1:]",
            becomes="return window[:-1], window[:-1]",
            what="a target that is the window itself",
            hint="The model would learn to repeat what it has just read. Move the target on by one place.",
            caught_by=("pairs",),
        ),
        Misconception(
            "next_character_only",
            at="return window[:-1], window[1:]",
            becomes="return window[:-1], window[-1]",
            what="one target for the whole window",
            hint="Every step has a target: T of them in a window of T.",
            caught_by=("pairs",),
        ),
        Misconception(
            "last_target_in_a_list",
            at="return window[:-1], window[1:]",
            becomes="return window[:-1], window[-1:]",
            what="the last target alone, (1,) instead of (T,)",
            hint="Every step has a target: T of them in a window of T.",
            caught_by=("pairs",),
        ),
        Misconception(
            "two_places_on",
            at=_WINDOW,
            becomes=(
                "        window = self.ids[i : i + self.seq_len + 2]\n        return window[: self.seq_len], window[2:]"
            ),
            what="a target two places on",
            hint="The target of a step is the character just after it.",
            caught_by=("pairs",),
        ),
        Misconception(
            "after_the_window",
            at=_WINDOW,
            becomes=(
                "        return self.ids[i : i + self.seq_len], self.ids[i + self.seq_len : i + 2 * self.seq_len]"
            ),
            what="the next window as the target",
            hint="The target overlaps with its window in all but one character: it is moved on by one place, not by T.",
            caught_by=("pairs",),
        ),
        Misconception(
            "swapped",
            at="return window[:-1], window[1:]",
            becomes="return window[1:], window[:-1]",
            what="input and target the wrong way round",
            hint="The input comes first, and the target lies one place later.",
            caught_by=("pairs",),
        ),
        Misconception(
            "reversed",
            at="return window[:-1], window[1:]",
            becomes="return window[:-1], window[:-1].flip(0)",
            what="the window reversed as its target",
            hint="The target is the same text one place later, in the same order.",
            caught_by=("pairs",),
        ),
        Misconception(
            "side_by_side",
            at="        window = self.ids[i :",
            becomes="        i = i * self.seq_len\n        window = self.ids[i :",
            what="windows that lie side by side",
            hint="Window i starts at place i: neighbours overlap in all but one character.",
            caught_by=("pairs",),
        ),
        Misconception(
            "one_too_short",
            at="self.ids[i : i + self.seq_len + 1]",
            becomes="self.ids[i : i + self.seq_len]",
            what="windows of T - 1 characters",
            hint="T inputs and T targets, one place apart, need T + 1 characters of the text.",
            caught_by=("pairs",),
        ),
        Misconception(
            "length_without_target",
            at="return len(self.ids) - self.seq_len",
            becomes="return len(self.ids) - self.seq_len + 1",
            what="counting the last window, which has no target",
            hint="How many windows have a character after them? Count them for a text of T + 1 characters.",
            caught_by=("length", "bounds"),
        ),
        Misconception(
            "last_window_missing",
            at="return len(self.ids) - self.seq_len",
            becomes="return len(self.ids) - self.seq_len - 1",
            what="leaving the last window out",
            hint="A text of T + 1 characters holds one window and its target: your formula should give 1 for it.",
            caught_by=("length", "bounds"),
        ),
        Misconception(
            "length_of_the_text",
            at="return len(self.ids) - self.seq_len",
            becomes="return len(self.ids)",
            what="as many windows as characters",
            hint="The last T characters begin no window that has a target.",
            caught_by=("length", "bounds"),
        ),
        Misconception(
            "whole_windows_only",
            at="return len(self.ids) - self.seq_len",
            becomes="return len(self.ids) // self.seq_len",
            what="counting windows that lie side by side",
            hint="A window begins at every place that has T characters and one more from there on.",
            caught_by=("length",),
        ),
        Misconception(
            "loop_never_ends",
            at="""        if not 0 <= i < len(self):
            raise IndexError(f"there is no window {i}")
""",
            becomes="",
            what="a data set that gives an item at any place",
            hint="A slice past the end is empty and raises nothing, so a loop goes on for ever: raise an IndexError.",
            caught_by=("bounds",),
            seen="document 003",
        ),
        Misconception(
            "negative_place_passes",
            at="if not 0 <= i < len(self):",
            becomes="if i >= len(self):",
            what="letting a negative place pass",
            hint="ids[-1 : T - 1] is an empty slice, not the last window. Refuse it, or add len(self) first.",
            caught_by=("bounds",),
            hidden_only="negative places are a promise of the contract that nobody needs in this notebook",
        ),
        Misconception(
            "error_of_another_kind",
            at="raise IndexError(",
            becomes="raise ValueError(",
            what="a ValueError past the end",
            hint="A for loop waits for an IndexError; any other exception goes through to the caller.",
            caught_by=("bounds",),
        ),
        Misconception(
            "short_text_passes",
            at="if not 1 <= seq_len < len(encoded):",
            becomes="if seq_len < 1:",
            what="a data set without a single window",
            hint="Its length would be 0 or less. Say so when it is made: there are too few characters for T.",
            caught_by=("edges",),
            seen="document 003",
        ),
        Misconception(
            "text_without_a_target_passes",
            at="< len(encoded):",
            becomes="<= len(encoded):",
            what="letting a text of exactly T characters pass",
            hint="It holds one window, but no character for the last target.",
            caught_by=("edges",),
        ),
        Misconception(
            "window_of_nothing",
            at="1 <= seq_len",
            becomes="0 <= seq_len",
            what="letting T = 0 pass",
            hint="A window of nothing has nothing to learn from: refuse it.",
            caught_by=("edges",),
        ),
        Misconception(
            "ids_as_floats",
            at="torch.tensor(encoded)",
            becomes="torch.tensor(encoded, dtype=torch.float32)",
            what="ids turned into floats",
            hint="An id is a place in a table: int64. Cross-entropy wants it so, too.",
            caught_by=("dtype",),
        ),
        Misconception(
            "small_ids",
            at="torch.tensor(encoded)",
            becomes="torch.tensor(encoded, dtype=torch.uint8)",
            what="ids in eight bits",
            hint="It saves memory, but nn.Embedding and cross-entropy want int64.",
            caught_by=("dtype",),
        ),
    ],
    "mcq_target": _options(
        "B",
        {
            "A": "That is the target of the last step alone. The steps before it have one each, and x is (T,) as well.",
            "C": "Cross-entropy takes ids; rows of V numbers would be larger and say no more. And the characters in "
            "the window are the input.",
            "D": "Reversed, the target of the first step would be the window's last character, which says nothing "
            "about what comes next.",
        },
    ),
}

# Changes of the reference that no check should reject (checking.mutants): question -> mutant -> why it is as right.
_TEXT_OF_AN_ERROR = "the contract asks for the error, not for its text"
_BY_ITSELF = "what does not exist is refused by the look-up itself, with another of the errors that the contract names"
_NO_GRAPH = "ids have no graph that they could be taken out of"

EQUIVALENT = {
    "window_pairs": {
        "line 4: ValueError without f'a window of {window} token …": _TEXT_OF_AN_ERROR,
    },
    "vocabulary": {
        "line 10: sorted() dropped": "the message names the unknown characters in another order",
        "line 10: set without text": _BY_ITSELF,
        'line 12: `raise ValueError(f"not in th …` deleted': _BY_ITSELF,
        "line 17: < becomes <=": _BY_ITSELF,
        "line 18: ValueError without f'an id that is not in this  …": _TEXT_OF_AN_ERROR,
    },
    "one_hot": {
        "line 4: ValueError without f'an id that is not in a voc …": _TEXT_OF_AN_ERROR,
        "line 5: (ids.unsqueeze(-1) == torch. … detached": _NO_GRAPH,
    },
    "char_dataset": {
        "line 6: ValueError without f'too few ids for a window o …": _TEXT_OF_AN_ERROR,
        "line 7: torch.tensor(encoded) detached": _NO_GRAPH,
        "line 16: IndexError without f'there is no window {i}'": _TEXT_OF_AN_ERROR,
        "line 17: self.ids[i:i + self.seq_len  … detached": _NO_GRAPH,
        "line 18: window[:-1] detached": _NO_GRAPH,
        "line 18: window[1:] detached": _NO_GRAPH,
    },
}

# Ideas that reject no entry by themselves: question -> idea -> why they have points of their own all the same.
_SHAPE = "a wrong shape has wrong values too; its points are for whoever has the shape right and the numbers wrong"

NEVER_ALONE = {
    "one_hot": {"shape": _SHAPE},
    "embedding": {"shape": _SHAPE},
    "char_dataset": {
        "length": "a loop that goes by len ends wrongly where len is wrong; only this line says which of the two it is",
    },
}
