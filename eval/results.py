"""What a run keeps of each case: one JSON line, enough to score it and to look at it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from eval.judge import Bucket, bucket, cited_share, on_evidence, said, says
from eval.suite import Case
from index.articles import Article, ScoredPassage
from qa.answers import Answer, Citation
from qa.squad import exact_match, token_f1

CONTEXT = 240  # characters of the article shown on either side of a quote


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CitationRecord(_Record):
    """A citation as given. `exact`: the quote stands in the article at those offsets."""

    number: int
    article_id: str
    title: str
    source: str | None
    published: str | None
    url: str | None
    quote: str
    start: int
    end: int
    answer_start: int
    answer_end: int
    before: str
    after: str
    exact: bool
    on_evidence: bool | None


class PassageRecord(_Record):
    """A passage as retrieved. `relevant` and `says_answer` are None where there is no gold to tell by."""

    passage_id: str
    article_id: str
    title: str
    text: str
    start: int
    end: int
    score: float
    relevant: bool | None
    says_answer: bool | None


class SentenceRecord(_Record):
    """A sentence that an LLM wrote, whether it stands (`reason` None) or not.

    `cited` are the passages that it marks, by their number among those of the case, `needed` those of them
    that it rests on (see `eval.writing`); `supported`: all passages that the LLM was shown support it.
    """

    text: str
    reason: str | None
    cited: list[int]
    needed: list[int]
    supported: bool


class Written(_Record):
    """What an LLM wrote for a case, and what it took.

    `tokens_counted`: the model did not say, at least once. `cost` is None where no price is set.
    """

    sentences: list[SentenceRecord] = []
    tokens_in: int | None = None
    tokens_out: int | None = None
    tokens_counted: bool = False
    cost: float | None = None


class Verdict(_Record):
    """What became of asking a judge; `note` says why there is no verdict. `tokens_counted` as of an LLM."""

    note: str | None
    tokens_in: int
    tokens_out: int
    tokens_counted: bool


class CaseResult(Written):
    """One case asked. Where there is no gold a score is None, never 0; `error` is set where it crashed.

    `best` is the best span the reader saw, given or not: the risk–coverage curve needs it of refusals too.
    `relevant_ids` are the archive's passages that overlap gold evidence. Times are in milliseconds.
    `date` is the day it was asked on, `understood` the question as a conversation changed it.
    `twin_of` names the case of which this one is the same with its evidence withheld, `without` counts the
    articles that were kept from it. Where an LLM was asked, `writer` is its name, or `note` says why the
    answer is the reader's. `judged` is what a judge holds of the answer, `verdict` is there where it had
    to be asked (see `eval.verdicts`).
    """

    id: str
    question: str
    answers: list[str] | None
    history: list[tuple[str, str]] = []
    tags: list[str] = []
    evidence: list[str] = []
    answer: str | None = None
    best: str | None = None
    confidence: float | None = None
    em: float | None = None
    f1: float | None = None
    said: float | None = None
    judged: float | None = None
    best_em: float | None = None
    citation_precision: float | None = None
    citation_recall: float | None = None
    alce_recall: float | None = None
    alce_precision: float | None = None
    bucket: Bucket
    citations: list[CitationRecord] = []
    passages: list[PassageRecord] = []
    relevant_ids: list[str] = []
    retrieve_ms: float | None = None
    read_ms: float | None = None
    total_ms: float | None = None
    error: str | None = None
    twin_of: str | None = None
    without: int = 0
    date: str | None = None
    understood: str | None = None
    writer: str | None = None
    note: str | None = None
    verdict: Verdict | None = None


def crashed(case: Case, error: str) -> CaseResult:
    """A case that raised: a failure of its own, without any score."""
    return CaseResult.model_validate({**_question(case), "bucket": "crashed", "error": error})


def retrieved(case: Case, answer: Answer, relevant_ids: Sequence[str]) -> CaseResult:
    """A case of which only the retrieval is judged."""
    fields = {**_question(case), **_retrieval(case, answer, relevant_ids), "bucket": "retrieval only"}
    return CaseResult.model_validate(fields)


def answered(
    case: Case,
    answer: Answer,
    best: str | None,
    articles: Mapping[str, Article],
    relevant_ids: Sequence[str],
    written: Written | None = None,
) -> CaseResult:
    """Score an answer. `articles` holds, by id, at least those that it cites."""
    citations = [_citation(case, cited, articles[cited.article_id]) for cited in answer.citations]
    scores: dict[str, object] = {}
    if case.answers is not None:
        scores["em"] = exact_match(answer.text, case.answers)
        scores["f1"] = token_f1(answer.text, case.answers)
        scores["said"] = said(answer.text, case.answers)
        # A best span is an answer: where the gold is a refusal it is wrong, whatever it says.
        right = exact_match(best, case.answers) if case.answers else 0.0
        scores["best_em"] = None if best is None else right
    if case.evidence:
        scores["citation_recall"] = cited_share(case, answer.citations)
    if case.evidence and citations:
        scores["citation_precision"] = sum(cited.on_evidence is True for cited in citations) / len(citations)
    given = {
        "answer": answer.text,
        "best": best,
        "confidence": answer.confidence,
        "citations": citations,
        "bucket": bucket(case, answer),
        "read_ms": answer.timings.read_ms or None,  # 0.0 where nothing was read
        "writer": answer.writer,
        "note": answer.note,
        **_written(written or Written()),
    }
    return CaseResult.model_validate(
        {**_question(case), **_retrieval(case, answer, relevant_ids), **given, **scores}
    )


def _written(written: Written) -> dict[str, object]:
    """With citation recall and precision; as ALCE has it, precision is 0 where nothing is cited."""
    sentences = written.sentences
    if not sentences:
        return dict(written)
    cited = sum(len(sentence.cited) for sentence in sentences)
    return {
        **dict(written),
        "alce_recall": sum(sentence.reason is None for sentence in sentences) / len(sentences),
        "alce_precision": sum(len(one.needed) for one in sentences) / cited if cited else 0.0,
    }


def _retrieval(case: Case, answer: Answer, relevant_ids: Sequence[str]) -> dict[str, object]:
    return {
        "passages": [_passage(case, item) for item in answer.passages],
        "relevant_ids": list(relevant_ids),
        "retrieve_ms": answer.timings.retrieve_ms,
        "total_ms": answer.timings.total_ms,
        "understood": answer.understood,
    }


def _question(case: Case) -> dict[str, object]:
    return {
        "id": case.id,
        "question": case.question,
        "answers": None if case.answers is None else list(case.answers),
        "history": list(case.history),
        "tags": list(case.tags),
        "evidence": [item.quote for item in case.evidence],
        "twin_of": case.twin_of,
        "without": len(case.without),
        "date": case.date,
    }


def _citation(case: Case, cited: Citation, article: Article) -> CitationRecord:
    text, start, end = article.text, cited.start, cited.end
    return CitationRecord(
        number=cited.number,
        article_id=cited.article_id,
        title=cited.title,
        source=cited.source,
        published=cited.published,
        url=cited.url,
        quote=cited.quote,
        start=start,
        end=end,
        answer_start=cited.answer_start,
        answer_end=cited.answer_end,
        before=_before(text, start),
        after=_after(text, end),
        exact=0 <= start < end and text[start:end] == cited.quote,
        on_evidence=on_evidence(case, cited.article_id, start, end) if case.evidence else None,
    )


def _before(text: str, start: int) -> str:
    """What stands before a quote, from a whole word on."""
    part = text[max(0, start - CONTEXT) : start]
    return part if start <= CONTEXT else "…" + part[part.find(" ") + 1 :]


def _after(text: str, end: int) -> str:
    part = text[end : end + CONTEXT]
    return part if end + CONTEXT >= len(text) else part[: part.rfind(" ") + 1] + "…"


def _passage(case: Case, item: ScoredPassage) -> PassageRecord:
    passage = item.passage
    place = (passage.article_id, passage.start, passage.end)
    return PassageRecord(
        passage_id=passage.passage_id,
        article_id=passage.article_id,
        title=item.title,
        text=passage.text,
        start=passage.start,
        end=passage.end,
        score=item.score,
        relevant=on_evidence(case, *place) if case.evidence else None,
        says_answer=says(passage.text, case.answers) if case.answers else None,
    )
