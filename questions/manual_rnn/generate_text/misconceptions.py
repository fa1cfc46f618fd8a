"""Wrong answers to generate_text: the reference solution with one fault each."""

from unrolled.checking.catalogue import Misconception

from ..hints import NO_GRAPH

MISCONCEPTIONS = [
    Misconception(
        "last_character_twice",
        at=(
            "        logits, hidden = model(torch.tensor([ids], device=device))  # the whole prompt, once\n"
            "        for _ in range(length):\n"
        ),
        becomes=(
            "        _, hidden = model(torch.tensor([ids], device=device))\n"
            "        for _ in range(length):\n"
            "            logits, hidden = model(torch.tensor([ids[-1:]], device=device), hidden)\n"
        ),
        what="feeding the prompt's last character twice",
        hint="The logits after the prompt are already there when it has been read: draw from them first.",
        caught_by=("greedy",),
        seen="document 003, and six of seven public solutions",
    ),
    Misconception(
        "state_thrown_away",
        at="device=device), hidden)  # only what is new",
        becomes="device=device))",
        what="feeding one character at a time without the state",
        hint="Without its state the model has read one character and no text.",
        caught_by=("greedy",),
        hidden_only="the visible model's next letter follows from one letter alone, so that it can be foreseen",
    ),
    Misconception(
        "state_and_text",
        at="torch.tensor([ids[-1:]], device=device), hidden)",
        becomes="torch.tensor([ids], device=device), hidden)",
        what="feeding the whole text again on top of the state",
        hint="The state holds the text already. Feed what is new, or everything without the state.",
        caught_by=("greedy",),
        hidden_only="the visible model's next letter follows from the last letter alone",
        seen="in public solutions",
    ),
    Misconception(
        "prompt_ignored",
        at="model(torch.tensor([ids], device=device))  # the whole prompt, once",
        becomes="model(torch.tensor([ids[-1:]], device=device))",
        what="a prompt of which only the last character is read",
        hint="Feed all of it; the model's state is made of everything it read.",
        caught_by=("greedy",),
        seen="in public solutions",
    ),
    Misconception(
        "first_step_logits",
        at="logits[0, -1]",
        becomes="logits[0, 0]",
        what="the logits after the prompt's first character",
        hint="The next character follows the last one: logits[0, -1].",
        caught_by=("greedy",),
    ),
    Misconception(
        "always_the_likeliest",
        at="torch.multinomial(p, 1).item()",
        becomes="p.argmax().item()",
        what="always taking the likeliest character",
        hint="Draw: torch.multinomial(p, 1). Otherwise the temperature has no effect.",
        caught_by=("sampling",),
        hidden_only="at the visible test's temperature both are the same",
    ),
    Misconception(
        "temperature_ignored",
        at="logits[0, -1] / temperature",
        becomes="logits[0, -1]",
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
        "temperature_after_softmax",
        at="torch.softmax(logits[0, -1] / temperature, dim=-1)",
        becomes="torch.softmax(logits[0, -1], dim=-1) / temperature",
        what="dividing the probabilities by the temperature",
        hint="multinomial makes the weights add up to 1, so one factor for all does nothing: divide the logits.",
        caught_by=("sampling",),
        hidden_only="the visible model is sure of itself at any temperature",
    ),
    Misconception(
        "prompt_left_out",
        at="    return decode(ids)",
        becomes="    return decode(ids[len(seed) :])",
        what="the new characters without the prompt",
        hint="The text begins with the prompt.",
        caught_by=("length", "greedy"),
    ),
    Misconception(
        "one_too_many",
        at="for _ in range(length):",
        becomes="for _ in range(length + 1):",
        what="one character too many",
        hint="`length` counts the new characters.",
        caught_by=("length",),
    ),
    Misconception(
        "length_counts_the_prompt",
        at="for _ in range(length):",
        becomes="for _ in range(length - len(seed)):",
        what="a length that counts the prompt as well",
        hint="`length` counts the new characters only.",
        caught_by=("length",),
    ),
    Misconception(
        "training_mode",
        at="    model.eval()\n",
        becomes="    model.train()\n",
        what="a model in training mode",
        hint="Dropout would be live: call model.eval() first.",
        caught_by=("mode",),
        seen="dropout live at test, in document 004 and public solutions",
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
        "empty_prompt_crashes",
        at="    if not seed:\n",
        becomes="    if seed is None:\n",
        what="a crash on an empty prompt",
        hint="Say what is wrong: raise ValueError when there is nothing to go on from.",
        caught_by=("edges",),
        seen="document 003",
    ),
    Misconception(
        "unknown_dropped",
        at="encode(seed), next",
        becomes="encode(''.join(c for c in seed if c in chars)), next",
        what="unknown characters dropped without a word",
        hint="A prompt that is not the one that was given should not pass in silence.",
        caught_by=("edges",),
        seen="document 003",
    ),
    Misconception(
        "exponentials_without_softmax",
        at="p = torch.softmax(logits[0, -1] / temperature, dim=-1)",
        becomes="p = (logits[0, -1] / temperature).exp()",
        what="exponentials of numbers that are too large: inf is no probability",
        hint="torch.softmax takes the largest number away first, so that nothing overflows.",
        caught_by=("greedy",),
    ),
    Misconception(
        "window_of_forty",
        at="            logits, hidden = model(torch.tensor([ids[-1:]], device=device), hidden)  # only what is new",
        becomes="            logits, hidden = model(torch.tensor([ids[-40:]], device=device))",
        what="the last forty characters fed anew, without a state",
        hint="What was read before them is forgotten: carry the state, or feed the whole prefix.",
        caught_by=("greedy",),
        hidden_only="nothing in the notebook is so long; the hidden check goes on from 75 characters",
        seen="in public solutions",
    ),
    Misconception(
        "window_of_the_training",
        at="            logits, hidden = model(torch.tensor([ids[-1:]], device=device), hidden)  # only what is new",
        becomes="            logits, hidden = model(torch.tensor([ids[-20:]], device=device))",
        what="a window of twenty characters that slides along, without a state",
        hint="Training cut the text into windows of 20, but the model reads on from any state: carry it.",
        caught_by=("greedy",),
        hidden_only="the visible test writes six characters, which fit into the window",
    ),
    Misconception(
        "window_of_two_on_the_state",
        at="torch.tensor([ids[-1:]], device=device), hidden)",
        becomes="torch.tensor([ids[-2:]], device=device), hidden)",
        what="a window of two characters that slides along, on top of the state",
        hint="The state has read the first of the two already: feed each character once.",
        caught_by=("greedy",),
    ),
]

_AN_INDEX = "ids are an index, which may lie on the CPU whatever it picks from"

# Changes of the reference that no check should reject (unrolled.auditing.mutants): mutant -> why it is as right.
EQUIVALENT = {
    "line 4: ValueError without 'the prompt is empty: give t …": "the contract asks for the error, not its text",
    "line 8: torch.tensor without device=device": _AN_INDEX,
    "line 10: torch.softmax(logits[0, -1]  … detached": NO_GRAPH,
    "line 12: torch.tensor without device=device": _AN_INDEX,
}

# Ideas that reject no entry by themselves: idea -> why they have points of their own all the same.
NEVER_ALONE = {"length": "text of another length is compared with the right one and differs there too"}
