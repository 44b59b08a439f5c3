"""Train the shipped embedding from nothing on articles, and measure it on questions.

    python benchmarks/train_embedding.py ARTICLES OUT [--until DAY]                            # train, save to OUT
    python benchmarks/train_embedding.py ARTICLES OUT --questions FILE --judged FILE           # measure OUT

Learns from articles of `--until` and before; measures on judged questions asked after it, by exact search
over all passages. OUT is a folder that sentence-transformers and model2vec both load; to measure,
any model's name will do. Two threads, one seed: the same data give the same model on the same kind of machine.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from pathlib import Path

import numpy as np
from embedding_pairs import Pairs, Ragged, cuts
from measure import Question, header, holds, load_questions, machine, records, row
from numpy.typing import NDArray
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

VOCABULARY = 32_000
DIMENSIONS = 256
BATCH = 2_048
EPOCHS = 3
RATE = 0.02
SCALE = 20.0  # of the cosines, to begin with; it is learned too
SEED = 1
UNKNOWN = "[UNK]"
WHOLE = 0.85  # share of the vocabulary that is whole words
ALPHABET = 200
LEAST = 5  # times a word or letter was seen
LONGEST = 20  # letters of a token
WORDS = 200_000  # looked at for pieces
_MODULES = "sentence_transformers.sentence_transformer.modules"


def word_pieces(texts: Iterable[str], size: int) -> Tokenizer:
    """Return a tokenizer of the most frequent words, lower-cased and without accents, and of pieces for all others.

    The library's own trainer of pieces breaks ties by chance, and spends tokens on steps towards longer pieces.
    """
    # NFKD takes ligatures, fractions and full-width letters apart; the other drops control characters too
    bert = normalizers.BertNormalizer(lowercase=True, strip_accents=True)
    counter = Tokenizer(models.WordLevel(unk_token=UNKNOWN))
    counter.normalizer = normalizers.Sequence([normalizers.NFKD(), bert])
    counter.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordLevelTrainer(vocab_size=WORDS, min_frequency=LEAST, show_progress=False)
    counter.train_from_iterator(texts, trainer)
    words = [word for word, _ in sorted(counter.get_vocab().items(), key=itemgetter(1))]

    short = [word for word in words if len(word) <= LONGEST]
    letters = _best((letter, rank) for rank, word in enumerate(words) for letter in word)[:ALPHABET]
    whole = short[: max(0, int(size * WHOLE) - 2 * len(letters))]
    others = set(words).difference(whole)
    pieces = _best((piece, rank) for rank, word in enumerate(words) if word in others for piece in _pieces(word))
    chosen = [UNKNOWN, *letters, *(f"##{letter}" for letter in letters), *whole, *pieces]
    vocabulary = {token: place for place, token in enumerate(list(dict.fromkeys(chosen))[:size])}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token=UNKNOWN))
    tokenizer.normalizer, tokenizer.pre_tokenizer = counter.normalizer, counter.pre_tokenizer
    return tokenizer


def _pieces(word: str) -> Iterator[str]:
    """Yield the beginnings and the ends, of two letters and more."""
    for cut in range(2, min(len(word), LONGEST)):
        yield word[:cut]
        yield f"##{word[len(word) - cut :]}"


def _best(found: Iterable[tuple[str, int]]) -> list[str]:
    """Return the strings that occur most, each time counted as 1 / rank of its word, as words of a language do."""
    counts: defaultdict[str, float] = defaultdict(float)
    for string, rank in found:
        counts[string] += 1 / (rank + 10)
    return [string for string, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]


def rarity(passages: Ragged, size: int) -> NDArray[np.float64]:
    """Return the inverse document frequency (size,) of each token, as BM25 has it."""
    n = len(passages.lengths)
    row_of = np.repeat(np.arange(n), passages.lengths)
    seen = np.bincount(np.unique(row_of * size + passages.tokens) % size, minlength=size)
    return np.log(1 + (n - seen + 0.5) / (seen + 0.5))


def train(pairs: Pairs, size: int, dimensions: int, epochs: int, seed: int) -> NDArray[np.float32]:
    """Return a vector (size, dimensions) a token, trained to find a query's text among those of its batch.

    They start random, long where the token is rare: a bag of words, before anything is learned.
    """
    import torch
    from torch.nn import functional

    torch.set_num_threads(2)
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    start = torch.from_numpy(rarity(pairs.passages, size)).float()
    table = torch.nn.Parameter(torch.randn(size, dimensions) / dimensions**0.5 * start[:, None] / 8)
    scale = torch.nn.Parameter(torch.tensor(math.log(SCALE)))
    optimizer = torch.optim.Adam([table, scale], lr=RATE, betas=(0.9, 0.99))
    batch = min(BATCH, len(pairs))
    steps = epochs * (len(pairs) // batch)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step / steps))

    def vectors(texts: Ragged) -> torch.Tensor:
        starts = torch.from_numpy(texts.starts[:-1])
        return functional.normalize(functional.embedding_bag(torch.from_numpy(texts.tokens), table, starts, mode="sum"))

    started, batches = time.time(), (drawn for _ in range(epochs) for drawn in pairs.epoch(batch, rng))
    for step, (queries, texts, groups) in enumerate(batches, 1):
        likeness = vectors(queries) @ vectors(texts).T * scale.exp()
        group = torch.from_numpy(groups)
        own = torch.arange(len(group))
        likeness = likeness.masked_fill((group[:, None] == group) & (own[:, None] != own), -1e4)
        loss = (functional.cross_entropy(likeness, own) + functional.cross_entropy(likeness.T, own)) / 2
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if step % 50 == 0:
            print(f"step {step}/{steps}, loss {loss.item():.3f}, {time.time() - started:.0f} s", flush=True)
    return table.detach().numpy()


def _rate(done: float) -> float:
    """Return the share of the learning rate after the share `done` of the steps: up in 3 %, then down to 5 %."""
    return min(1.0, done / 0.03 + 0.01) * (1 - 0.95 * done)


def save(table: NDArray[np.float32], tokenizer: Tokenizer, out: Path) -> None:
    """Write the model: 8 bits a number and one factor a token, a form that both libraries read alike."""
    from safetensors.numpy import save_file

    (out / "1_Normalize").mkdir(parents=True, exist_ok=True)
    table = table.copy()
    table[tokenizer.token_to_id(UNKNOWN)] = (
        0  # model2vec leaves unknown tokens out; so the other counts them as nothing
    )
    factors = np.maximum(np.abs(table).max(axis=1), 1e-6) / 127
    tensors = {
        "embeddings": np.rint(table / factors[:, None]).astype(np.int8),
        "weights": factors.astype(np.float32),
    }
    save_file(tensors, out / "model.safetensors")
    (out / "model.safetensors").chmod(0o644)
    tokenizer.save(str(out / "tokenizer.json"), pretty=False)
    names = [("0", "", "StaticEmbedding"), ("1", "1_Normalize", "Normalize")]
    modules = [
        {"idx": place, "name": name, "path": path, "type": f"{_MODULES}.{kind}"}
        for place, (name, path, kind) in enumerate(names)
    ]
    config = {"model_type": "model2vec", "normalize": True, "max_length": None, "hidden_dim": table.shape[1]}
    normalize = {"module_input_name": "sentence_embedding", "module_output_name": "sentence_embedding"}
    for path, value in (("modules", modules), ("config", config), ("1_Normalize/config", normalize)):
        (out / f"{path}.json").write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")


def evaluate(articles: str, name: str, questions: Sequence[Question]) -> Iterator[str]:
    """Yield table rows: exact search over the passages of all articles, with each heading before a passage."""
    from index.embedding import load_embedder

    embedder = load_embedder(name)
    asked = embedder.encode_queries([question.text for question in questions])
    found = list(cuts(articles))
    items = [(cut, text) for cut in found for text, _ in cut.passages]
    days = {record["id"]: record["published"] or "" for record in records(articles)}
    headings = {
        "title": lambda cut: f"{cut.source.title}\n",
        "title, outlet, day": lambda cut: f"{cut.source.title}\n{cut.source.outlet}, {days[cut.source.id]}\n",
        "none": lambda cut: "",
    }
    for heading, write in headings.items():
        vectors = embedder.encode_documents([write(cut) + text for cut, text in items])
        ranks = []
        for question, vector in zip(questions, asked, strict=True):
            cosines = vectors @ vector
            best = np.argpartition(-cosines, min(100, len(items)) - 1)[:100]
            ranked = (items[place] for place in best[np.argsort(-cosines[best], kind="stable")])
            hits = (holds(question, cut.source.url, cut.source.title, text) for cut, text in ranked)
            ranks.append(next((rank for rank, hit in enumerate(hits, 1) if hit), None))
        yield row(f"heading: {heading}", ranks)


def learn(arguments: argparse.Namespace) -> None:
    """Train on what the arguments name, and save the model."""
    started = time.time()
    found = list(cuts(arguments.articles, arguments.until))
    texts = (text for cut in found for text in [cut.source.title, *(text for text, _ in cut.passages)])
    tokenizer = word_pieces(texts, arguments.vocabulary)
    pairs = Pairs(tokenizer, found)
    ready = f"ready after {time.time() - started:.0f} s"
    print(f"{len(found)} articles, {len(pairs.passages.lengths)} passages; {ready}", flush=True)
    table = train(pairs, tokenizer.get_vocab_size(), arguments.dimensions, arguments.epochs, arguments.seed)
    save(table, tokenizer, Path(arguments.out))
    seconds = time.time() - started
    print(f"{arguments.out}: {table.shape[0]} tokens x {table.shape[1]}, {seconds:.0f} s in all; {machine()}")


def main() -> None:
    """Train, or measure."""
    parser = argparse.ArgumentParser(description="Train the shipped embedding, or measure one.")
    parser.add_argument("articles", help="JSON lines {id, url, title, outlet, published, text}; .xz is fine")
    parser.add_argument("out", help="folder to write; with --questions the model to measure")
    parser.add_argument("--questions", help="measure on these: JSON lines {id, asked_on, question, answer}")
    parser.add_argument("--judged", help="JSON lines {question_id, article_ids}: the articles that hold the answer")
    parser.add_argument("--until", default="2023-12-31", help="last day to learn from (default: %(default)s)")
    parser.add_argument("--vocabulary", type=int, default=VOCABULARY, help="tokens (default: %(default)s)")
    parser.add_argument("--dimensions", type=int, default=DIMENSIONS, help="default: %(default)s")
    parser.add_argument("--epochs", type=int, default=EPOCHS, help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=SEED, help="default: %(default)s")
    arguments = parser.parse_args()
    if bool(arguments.questions) != bool(arguments.judged):
        parser.error("to measure, give --questions and --judged")
    if not arguments.questions:
        learn(arguments)
        return
    judged = load_questions(arguments.articles, arguments.questions, arguments.judged, ())
    late = [question for question in judged if question.asked_on and str(question.asked_on) > arguments.until]
    print(f"{machine()}\n{len(late)} questions\n{header()}")
    for line in evaluate(arguments.articles, arguments.out, late):
        print(line, flush=True)


if __name__ == "__main__":
    main()
