"""Wrong answers to train_encoder_decoder: the reference solution with one fault each.

A network is recognised by what it does, so different mistakes may look alike.
"""

from unrolled.checking.catalogue import Misconception

_NUMBERS = "source, target = number_rows(random.sample(train_numbers, 64))"
_SPEECH_LOSS = "F.cross_entropy(logits.transpose(1, 2), target, ignore_index=PAD)"

MISCONCEPTIONS = [
    Misconception(
        "answer_read_in_training",
        at="translator = EncoderDecoder(len(DIGITS), len(NUMBER_WORDS), 96)",
        becomes="""class Reading(EncoderDecoder):
    def forward(self, source, target):
        return self.say(self.decoder(self.words(target), self.encode(source))[0])


translator = Reading(len(DIGITS), len(NUMBER_WORDS), 96)""",
        what="a decoder that was trained with the answer before its eyes",
        hint="A loss near 0 after a few steps is a warning: what did the decoder read?",
        caught_by=("accuracy", "digits", "network", "budget"),
    ),
    Misconception(
        "no_end_learned",
        at=_SPEECH_LOSS,
        becomes="F.cross_entropy(logits.transpose(1, 2), torch.where(target == END, PAD, target), ignore_index=PAD)",
        what="a loss that leaves END out",
        hint="END is the last thing that should be said: it has a loss like a word.",
        caught_by=("accuracy", "digits", "network", "budget"),
    ),
    Misconception(
        "stopped_early",
        at="steps=220",
        becomes="steps=40",
        what="a training that stopped when only the commonest words were known",
        hint="How low was the loss at the end, and was it still falling?",
        caught_by=("accuracy", "digits", "network", "budget"),
    ),
    Misconception(
        "never_trained",
        at="fit(translator, translation_loss, steps=220, rate=0.015)",
        becomes="",
        what="a network that was never trained",
        hint="Which line changes the weights?",
        caught_by=("accuracy", "digits", "network", "budget"),
    ),
    Misconception(
        "another_number",
        at=_NUMBERS,
        becomes=_NUMBERS + "\n    source = source.flip(0)",
        what="sources that belong to other targets",
        hint="Row b of the source is to be the number of row b of the target.",
        caught_by=("accuracy", "digits", "network", "budget"),
    ),
    Misconception(
        "few_numbers_by_heart",
        at="random.sample(train_numbers, 64)",
        becomes="train_numbers[:16] + train_numbers[400:448]",
        what="a network that knows 64 numbers by heart",
        hint="Is every batch another one? The test are numbers that it has not seen.",
        caught_by=("accuracy", "digits", "network", "budget"),
    ),
    Misconception(
        "small_numbers_only",
        at="random.sample(train_numbers, 64)",
        becomes="random.sample(train_numbers[:400], 64)",
        what="a training on numbers below one thousand",
        hint="Which numbers has it never seen the like of?",
        caught_by=("accuracy", "digits", "network", "budget"),
    ),
    Misconception(
        "first_word_only",
        at=_SPEECH_LOSS,
        becomes="F.cross_entropy(logits[:, 0], target[:, 0])",
        what="a loss on the first word only",
        hint="Every place of the target has a loss, END included.",
        caught_by=("accuracy", "digits", "network", "budget"),
    ),
    Misconception(
        "digits_shuffled",
        at=_NUMBERS,
        becomes=_NUMBERS + "\n    source = source.sort(dim=1, descending=True).values",
        what="digits that have lost their order",
        hint="407 and 740 have the same digits. Does your network see in which order?",
        caught_by=("accuracy", "digits", "network", "budget"),
    ),
    Misconception(
        "targets_reversed",
        at=_NUMBERS,
        becomes=_NUMBERS
        + "\n    target = padded([[*[w for w in row if w > END][::-1], END] for row in target.tolist()])",
        what="translations that were learned backwards",
        hint="Print a target as words.",
        caught_by=("accuracy", "digits", "network", "budget"),
    ),
]
