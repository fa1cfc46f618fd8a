"""Wrong answers to names: the reference solution with one fault each."""

from unrolled.checking.catalogue import Misconception

from ..hints import NO_GRAPH, ON_A_GPU_ONLY

MISCONCEPTIONS = [
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
        caught_by=("letters",),
    ),
    Misconception(
        "start_token_kept",
        at='token, hidden, name = START, None, ""',
        becomes='token, hidden, name = START, None, "^"',
        what="a name with ^ in front",
        hint="The two tokens stand for no letter and are in no name.",
        caught_by=("letters",),
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
        "padding_fed_to_the_model",
        at="logits, hidden = model(torch.tensor([[token]], device=device), hidden)",
        becomes=(
            "ids = [START, *map(NAME_CHARS.index, name)]\n"
            "            logits, _ = model(torch.tensor([[PAD] * (longest - len(ids)) + ids], device=device))"
        ),
        what="a row that was filled up with padding in front of START",
        hint="The model has never read padding before a name. Feed what there is, and nothing else.",
        caught_by=("greedy",),
        seen="padding fed to the model, in a trial of this course",
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
    Misconception(
        "short_memory",
        at="logits, hidden = model(torch.tensor([[token]], device=device), hidden)",
        becomes="logits, _ = model(torch.tensor([[START, *map(NAME_CHARS.index, name)][-24:]], device=device))",
        what="a beginning of which only the last twenty-four letters are read",
        hint="For a longer name the model no longer knows how it began. Its state knows; why not carry it on?",
        caught_by=("greedy",),
        hidden_only="no name in the visible test is so long",
        seen="contexts cut to a fixed length, in public solutions",
    ),
    Misconception(
        "letters_in_a_list",
        at="    return name",
        becomes="    return list(name)",
        what="a list of letters",
        hint='One str is asked for: "".join(letters) makes it.',
        caught_by=("letters",),
    ),
    Misconception(
        "no_empty_name",
        at="            if token == END:\n                break\n",
        becomes=(
            "            if token == END:\n                if not name:\n                    token = START\n"
            "                    continue\n                break\n"
        ),
        what="an END that does not count at the beginning",
        hint="A name may be empty: over where END is drawn, at once too.",
        caught_by=("end",),
    ),
    Misconception(
        "sharper_than_asked",
        at="scores.softmax(dim=-1)",
        becomes="scores.softmax(dim=-1).square()",
        what="probabilities that are squared before one is drawn",
        hint="torch.multinomial takes the probabilities as they are: softmax(logits / temperature).",
        caught_by=("sampling",),
        hidden_only="the visible models are sure of themselves",
    ),
]

# Changes of the reference that no check should reject (unrolled.auditing.mutants): mutant -> why it is as right.
EQUIVALENT = {
    "line 8: torch.tensor without device=device": ON_A_GPU_ONLY,
    "line 9: logits[0, -1] / temperature detached": NO_GRAPH,
    "line 9: 0 and -1 swapped": "there is one row and one step: either index is the only one",
    "line 11: .item() dropped": "a tensor of one number is compared, and picks a letter, as the number does",
}
