"""Wrong answers to train_sentiment: the reference solution with one fault each.

A network is recognised by what it does, so different mistakes may look alike.
"""

from unrolled.checking.catalogue import Misconception

_LABELS = "labels = torch.tensor([good for _, good in batch])"

MISCONCEPTIONS = [
    Misconception(
        "labels_turned",
        at=_LABELS,
        becomes="labels = torch.tensor([1 - good for _, good in batch])",
        what="a network that learned the labels the wrong way round",
        hint="1 stands for a good review.",
        caught_by=("accuracy", "long", "network", "budget"),
    ),
    Misconception(
        "never_trained",
        at="fit(sentiment_model, sentiment_loss, steps=110)",
        becomes="",
        what="a network that was never trained",
        hint="Which line changes the weights?",
        caught_by=("accuracy", "long", "network", "budget"),
    ),
    Misconception(
        "stopped_early",
        at="steps=110",
        becomes="steps=12",
        what="a training that stopped before anything was understood",
        hint="A loss of 0.69 is the loss of guessing; it has to fall far below.",
        caught_by=("accuracy", "long", "network", "budget"),
    ),
    Misconception(
        "without_the_nots",
        at="batch = random.sample(train_reviews, 64)",
        becomes='batch = random.sample([r for r in train_reviews if "not" not in r[0].split()], 64)',
        what="reviews without any 'not'",
        hint="Which words has your network never met? Print some of its batches.",
        caught_by=("accuracy", "long", "network", "budget"),
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
        caught_by=("accuracy", "long", "network", "budget"),
    ),
    Misconception(
        "good_reviews_only",
        at="batch = random.sample(train_reviews, 64)",
        becomes="batch = random.sample([review for review in train_reviews if review[1]], 64)",
        what="a network that has seen good reviews only",
        hint="What are the labels in one of your batches?",
        caught_by=("accuracy", "long", "network", "budget"),
    ),
    Misconception(
        "order_lost",
        at="x = review_rows([text for text, _ in batch])",
        becomes='x = review_rows([" ".join(sorted(text.split())) for text, _ in batch])',
        what="words that have lost their order",
        hint="'not' belongs to the word behind it. Print a row of your batch as words.",
        caught_by=("accuracy", "long", "network", "budget"),
    ),
    Misconception(
        "labels_of_other_reviews",
        at=_LABELS,
        becomes="labels = torch.tensor([good for _, good in random.sample(batch, 64)])",
        what="labels that belong to other reviews",
        hint="Do the labels stand in the same order as the rows?",
        caught_by=("accuracy", "long", "network", "budget"),
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
        caught_by=("accuracy", "long", "network", "budget"),
        hidden_only="the visible test sees only what comes out",
    ),
]
