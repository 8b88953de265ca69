"""What each metric means, in a sentence: the report's own words, and those of docs/evaluation.md."""

from __future__ import annotations

LABELS = {
    "em": "Exact match",
    "f1": "Token F1",
    "em_answerable": "Exact match, answerable",
    "f1_answerable": "Token F1, answerable",
    "said": "Gold answer said",
    "judged": "Right, says a judge",
    "citation_precision": "Citation precision",
    "alce_recall": "ALCE recall, own checker",
    "alce_precision": "ALCE precision, own checker",
    "sentences_supported": "Sentences supported",
    "quote_fidelity": "Quote fidelity",
    "abstention_f1": "Refusals, F1",
    "abstention_auroc": "Refusals, AUROC",
    "aurc": "Risk–coverage area",
    "ece": "Calibration error",
    "right_kept": "Right answers kept",
    "withheld_auroc": "Withheld, AUROC",
    "withheld_refused": "Withheld, refused",
    "mrr": "First evidence, MRR",
    "latency_p50_ms": "Latency, median",
}
HEADLINES = tuple(LABELS)

_FIXED = {
    "em": "Exact match after SQuAD normalisation; a refusal is right where no answer is gold (SQuAD 2.0).",
    "f1": "Token F1 after SQuAD normalisation, the best of the gold answers; refusals as for em.",
    "em_answerable": "Exact match over the questions that have an answer.",
    "f1_answerable": "Token F1 over the questions that have an answer.",
    "said": "Share of the answers that hold a gold answer, whatever else they say; refusals as for em.",
    "judged": "Share of the answers that an LLM as judge says agree with a gold answer; refusals as for em.",
    "answered": "Share of the questions that were answered, not refused.",
    "mrr": "Mean of 1 / rank of the first passage that overlaps gold evidence.",
    "ndcg_at_10": "Normalised discounted cumulative gain of the first 10 passages, by gold evidence.",
    "citation_precision": "Share of an answer's citations that overlap gold evidence, averaged over cases.",
    "citation_recall": "Share of the gold evidence that a citation overlaps; a refusal cites nothing.",
    "quote_fidelity": "Share of the citations whose quote is in the article at those offsets. Must be 1.",
    "written": "Share of the questions that the LLM answered or refused itself, not the reader in its stead.",
    "alce_recall": "Share of an LLM's sentences that the passages they cite support, averaged over answers.",
    "alce_precision": "Share of an LLM's citations that its sentences need, averaged over answers.",
    "sentences_supported": "Share of an LLM's sentences that the passages shown to it support, cited or not.",
    "tokens_in": "Tokens that the LLM read for a question, on average.",
    "tokens_out": "Tokens that the LLM wrote for a question, on average.",
    "cost": "What the LLM cost for a question, on average, in the currency of `llm.price`.",
    "abstention_precision": "Share of the refusals that were due.",
    "abstention_recall": "Share of the unanswerable questions that were refused.",
    "abstention_f1": "Harmonic mean of abstention precision and recall.",
    "abstention_auroc": "Chance that an answerable question gets more confidence than an unanswerable one.",
    "right_kept": "Share of the right best spans that were given, not refused at the threshold.",
    "withheld_refused": "Share refused when every article that bears the answer was withheld.",
    "withheld_auroc": "Chance that confidence is higher with the evidence there than with it withheld.",
    "aurc": "Area under the risk–coverage curve: mean share wrong over all coverages. Lower is better.",
    "ece": "Expected calibration error: how far confidence and share right lie apart. Lower is better.",
}
_AT_K = {
    "answer": "Share of the answerable questions with a gold answer's words in {first}.",
    "success": "Share of the questions with gold evidence in {first}.",
    "recall": "Share of all passages holding gold evidence that are in {first}.",
}
_TIMES = {"latency": "a whole answer", "retrieve": "retrieving", "read": "reading"}
_DEPTHS = (1, 3, 5, 8, 10)


def _first(k: int) -> str:
    return "the first passage" if k == 1 else f"the first {k} passages"


GLOSSARY: dict[str, str] = (
    _FIXED
    | {f"{name}_at_{k}": text.format(first=_first(k)) for name, text in _AT_K.items() for k in _DEPTHS}
    | {f"{name}_p50_ms": f"Half of the cases took no longer for {what}." for name, what in _TIMES.items()}
    | {f"{name}_p95_ms": f"95 % of the cases took no longer for {what}." for name, what in _TIMES.items()}
)
