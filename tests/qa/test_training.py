"""Training, end to end and small: groups, batches, the loss, a run that resumes, and its export."""

from __future__ import annotations

import hashlib
import json
import random
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.articles import Passage, ScoredPassage
from qa.calibration import UNCALIBRATED, write_calibration
from qa.encoding import Encoding
from qa.span_reader import SHIPPED, SpanReader
from qa.training.calibrate import (
    LOST,
    USUAL,
    Weights,
    auroc,
    choose_threshold,
    chosen_weights,
    expected_calibration_error,
    fit,
    sigmoid,
)
from qa.training.card import write_card
from qa.training.examples import Candidate, Example, Group, read_examples
from qa.training.features import Context, batches, rows_of
from qa.training.mining import grouped, occurrences

TOKENIZER = SHIPPED / "tokenizer.json"
CITIES = [
    ("Paris", "Seine"),
    ("London", "Thames"),
    ("Vienna", "Danube"),
    ("Cairo", "Nile"),
    ("Rome", "Tiber"),
]


def examples() -> list[Example]:
    rows = []
    for number, (city, river) in enumerate(CITIES):
        context = f"The city of {city} lies on the {river}. In 199{number} its mayor opened a bridge."
        question = f"Which river does the city of {city} lie on?"
        rows.append(
            Example(str(number), "squad2-x", "Cities", question, context, ((river, context.index(river)),))
        )
    return rows


@pytest.fixture(scope="module")
def encoding() -> Encoding:
    return Encoding(TOKENIZER)


def test_squad_and_jsonl_read_alike(tmp_path: Path) -> None:
    context, answer = "Paris lies on the Seine.", {"text": "Seine", "answer_start": 18}
    paragraph = {
        "context": context,
        "qas": [
            {"id": "1", "question": "Which river?", "answers": [answer]},
            {"id": "2", "question": "Which king?", "answers": [], "is_impossible": True},
        ],
    }
    (tmp_path / "train.json").write_text(
        json.dumps({"data": [{"title": "Old_Paris", "paragraphs": [paragraph]}]})
    )
    rows = [
        {"id": "1", "title": "Old_Paris", "question": "Which river?", "context": context,
         "answers": [{"text": "Seine", "start": 18}]},
        {"id": "2", "title": "Old_Paris", "question": "Which king?", "context": context, "answers": []},
    ]  # fmt: skip
    (tmp_path / "train.jsonl").write_text("\n".join(map(json.dumps, rows)))
    squad, jsonl = read_examples(tmp_path / "train.json"), read_examples(tmp_path / "train.jsonl")
    assert squad[0].title == "Old Paris"
    assert squad[0].context[18:23] == squad[0].answers[0][0] == "Seine"
    assert squad == [Example(e.example_id, "train", e.title, e.question, e.context, e.answers) for e in jsonl]


def test_negatives_never_hold_the_answer() -> None:
    made = grouped(examples(), seed=1, negatives=1.0)
    assert any(len(group.candidates) > 1 for group in made)
    for group in made:
        golds = {c.text[s:e] for c in group.candidates for s, e in c.golds}
        for candidate in group.candidates:
            if not candidate.golds:
                assert not occurrences(candidate.text, sorted(golds))


def test_swapped_names_leave_no_answer() -> None:
    for group in grouped(examples(), seed=3, negatives=1.0):
        if group.source == "swapped":
            assert not any(candidate.golds for candidate in group.candidates)
            context = group.candidates[0].text
            assert (group.question, context) not in {(e.question, e.context) for e in examples()}


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=400), st.text(max_size=60))
def test_offsets_point_into_the_text(encoding: Encoding, text: str, question: str) -> None:
    for window in encoding.windows(question, [("A title", text)]):
        assert len(window.ids) <= 320
        assert all(0 <= start <= end <= len(text) for start, end in window.offsets)


def test_long_passages_become_windows_that_overlap(encoding: Encoding) -> None:
    text = " ".join(f"word{i}" for i in range(600))
    windows = encoding.windows("What?", [("", text)])
    assert len(windows) > 2
    for one, other in pairwise(windows):
        assert other.offsets[0][0] < one.offsets[-1][1]
    assert windows[-1].offsets[-1][1] == len(text)


def test_gold_tokens_cover_the_answer(encoding: Encoding) -> None:
    rng = random.Random(0)
    made = [rows_of(group, encoding, rng, Context()) for group in grouped(examples(), seed=1)]
    for batch in batches(made, tokens=256, rng=rng):
        assert (batch.starts.any(axis=1) & batch.ends.any(axis=1)).all()
        assert batch.mask.sum() <= 512
        empty = ~(batch.starts & batch.context).any(axis=1)
        assert batch.starts[empty, 0].all()
        assert not batch.starts[~empty, 0].any()


def test_logistic_fit_finds_what_separates() -> None:
    rng = np.random.default_rng(0)
    features = rng.normal(size=(4000, 2))
    right = (rng.random(4000) < sigmoid(2 * features[:, 0] - 1)).astype(float)
    bias, weights = fit(features, right)
    confidence = sigmoid(features @ weights + bias)
    assert weights[0] > 1
    assert abs(weights[1]) < 0.2
    assert expected_calibration_error(confidence, right) < 0.04
    threshold = choose_threshold(confidence, right)
    assert (confidence[right == 1] < threshold).mean() == pytest.approx(LOST, abs=0.002)


def test_worked_figures() -> None:
    assert auroc(np.array([0.9, 0.5]), np.array([0.5, 0.1])) == 0.875
    assert expected_calibration_error(np.array([0.85, 0.85]), np.array([1.0, 0.0])) == pytest.approx(0.35)


@pytest.mark.slow
def test_a_run_stops_resumes_and_exports(tmp_path: Path) -> None:
    import torch
    from transformers import BertConfig, BertForQuestionAnswering

    from qa.training.average import average, parts_of
    from qa.training.export import FLOAT, export
    from qa.training.measure import measure
    from qa.training.model import load_network
    from qa.training.train import Plan, train

    def start_with(trained: Path, value: float) -> Path:
        """The trained network with every weight at `value`, as another one of its lineage."""
        other = load_network(trained)
        for parameter in other.parameters():
            parameter.data.fill_(value)
        other.save_pretrained(tmp_path / "other")
        told = json.loads((trained / "trained.json").read_text())
        (tmp_path / "other" / "trained.json").write_text(json.dumps(told | {"seed": -1}))
        return tmp_path / "other"

    start = tmp_path / "start"
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=30522, hidden_size=48, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64
    )
    BertForQuestionAnswering(config).save_pretrained(start)
    groups = [
        Group(e.question, (Candidate(e.title, e.context, ((e.answers[0][1], e.answers[0][1] + 4),)),), "x")
        for e in examples()
    ] * 40
    out = tmp_path / "run"
    steps = []
    for minutes, workers in ((0.02, 1), (0.06, 2)):
        plan = Plan(minutes=minutes, batch_tokens=512, workers=workers, checkpoint_every=0.5)
        network = train(groups, start, TOKENIZER, out, plan)
        steps.append(json.loads((network / "trained.json").read_text())["steps"])
    assert 0 < steps[0] < steps[1], "the second call goes on from the first"
    mean = average([start_with(network, 0.0), network, network], tmp_path / "mean")
    assert [round(part["share"], 2) for part in parts_of(mean)] == [0.33, 0.67]
    weight = "qa_outputs.weight"
    whole = load_network(network).state_dict()[weight]
    assert torch.allclose(load_network(mean).state_dict()[weight], whole * 2 / 3, atol=1e-6)
    export(network, TOKENIZER, out / "reader")
    (out / "reader" / "tokenizer.json").write_bytes(TOKENIZER.read_bytes())
    write_calibration(out / "reader", UNCALIBRATED)
    int8, floating = SpanReader(out / "reader"), SpanReader(out / "reader", model=FLOAT)
    passage = ScoredPassage(Passage("p", "a", examples()[0].context, 0, len(examples()[0].context)), 1.0)
    spans = int8.read("Which river?", [passage]).spans
    assert all(span.text == passage.passage.text[span.start : span.end] for span in spans)
    assert np.allclose(
        int8.candidates("Which river?", [passage])[0].score,
        floating.candidates("Which river?", [passage])[0].score,
        atol=0.5,
    )
    dev = tmp_path / "dev.jsonl"
    dev.write_text(
        json.dumps({"id": "1", "title": "", "question": "Which river?", "context": examples()[0].context,
                    "answers": [{"text": "Seine", "start": 30}]})
    )  # fmt: skip
    assert measure(int8, [dev])["dev"]["n"] == 1


def averaging(rank: int, folder: Path) -> None:
    """One of two workers: its gradient is its rank, its number told ten times that."""
    import torch

    from qa.training.workers import averaged, met

    layer = torch.nn.Linear(2, 1)
    for parameter in layer.parameters():
        parameter.grad = torch.full_like(parameter, float(rank))
    with met(rank, 2, folder):
        told = averaged(layer, (10.0 * rank,), 2)
    gradients = [p.grad.flatten().tolist() for p in layer.parameters() if p.grad is not None]
    (folder / f"{rank}.json").write_text(json.dumps([gradients, told]))


@pytest.mark.slow
def test_workers_train_on_the_mean_of_their_gradients(tmp_path: Path) -> None:
    from torch import multiprocessing

    multiprocessing.start_processes(averaging, (tmp_path,), nprocs=2, start_method="spawn")
    for rank in range(2):
        assert json.loads((tmp_path / f"{rank}.json").read_text()) == [[[0.5, 0.5], [0.5]], [5.0]]


def test_the_card_says_what_was_measured(tmp_path: Path) -> None:
    (tmp_path / "reader.onnx").write_bytes(b"weights")
    whole = {"n": 10.0, "exact_match_answerable": 70.0, "f1_answerable": 80.0}
    halved = whole | {"exact_match": 60.0, "f1": 61.5}
    part = {"start": "minilm", "seconds": 600.0, "steps": 12, "tokens": 2_500_000, "epoch": 1, "share": 0.25,
            "batch_tokens": 4096, "peak_rate": 1e-4, "seed": 1, "workers": 2}  # fmt: skip
    trained = {"parts": [part, part | {"start": "other", "share": 0.75}], "note": "By night."}
    calibrated = {
        "by_kind": {"news": {"n": 3, "exact_match": 0.5, "f1": 0.6, "right_answers_lost": 0.25}},
        "news_auroc": 0.8,
        "ece": 0.04,
        "risk_coverage": [(0.5, 0.1, 0.7)],
        "calibration": {"threshold": 0.3, "alone": 0.4},
    }
    write_card(tmp_path, trained, {"a": whole, "b": halved}, {"a": whole, "b": whole}, calibrated)
    card = (tmp_path / "MODEL_CARD.md").read_text()
    assert "The mean of the weights of:" in card
    assert "- 25 %: from `minilm`, 10 minutes, 12 steps, 2.5 M tokens; batches" in card
    assert "- 75 %: from `other`" in card
    assert "By night." in card
    assert "| a | 10 | 70.0 | 80.0 | 80.0 |" in card
    assert "| b | 10 | 60.0 | 61.5 | 80.0 |" in card
    assert "| news | 3 | 50.0 | 60.0 | 25.0 |  |  |" in card
    assert "| 50 % | 10.0 % | 0.700 |" in card
    record = json.loads((tmp_path / "model.json").read_text())
    assert record["sha256"] == hashlib.sha256(b"weights").hexdigest()


def test_a_weight_is_the_usual_one_unless_another_is_surely_better() -> None:
    rng = np.random.default_rng(1)
    noise = rng.normal(size=400)
    noise -= noise.mean()

    def score(weights: Weights) -> NDArray[np.float64]:
        return np.where(weights.time == 2.0, 1.0, 0.5) + weights.agreement * noise / 100

    assert chosen_weights(score) == USUAL._replace(time=2.0)
