"""Byline's parts in llama-index's shapes, for programs that are built from those.

BylineRetriever(archive)      wherever llama-index takes a retriever
BylineQueryEngine(assistant)  wherever it takes a query engine, an agent's tool included
"""

from __future__ import annotations

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.response.schema import Response
from llama_index.core.callbacks import CallbackManager
from llama_index.core.prompts.mixin import PromptMixinType
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from index.archive import Archive
from index.articles import Filters, ScoredPassage
from index.retriever import HybridRetriever
from qa.answers import REFUSAL, Answer
from qa.assistant import Assistant

__all__ = ["REFUSAL", "BylineQueryEngine", "BylineRetriever"]


class BylineRetriever(BaseRetriever):
    """An archive's passages as llama-index nodes, best first; each node knows its place in its article."""

    def __init__(self, archive: Archive, k: int = 8, filters: Filters = Filters()) -> None:
        super().__init__()
        self._retriever = HybridRetriever(archive)
        self._k = k
        self._filters = filters

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        found = self._retriever.retrieve(query_bundle.query_str, self._k, self._filters)
        return [_node(passage) for passage in found]


class BylineQueryEngine(BaseQueryEngine):
    """Asks an Assistant. The response's text is the answer in the articles' words, or REFUSAL.

    `response.source_nodes` are the passages that were read, and `response.metadata` is the whole answer
    as `byline ask --json` prints it, exact quotes included.
    """

    def __init__(self, assistant: Assistant) -> None:
        super().__init__(callback_manager=CallbackManager([]))
        self._assistant = assistant

    def _query(self, query_bundle: QueryBundle) -> Response:
        return _response(self._assistant.ask(query_bundle.query_str))

    async def _aquery(self, query_bundle: QueryBundle) -> Response:
        return self._query(query_bundle)

    def _get_prompt_modules(self) -> PromptMixinType:
        return {}


def _response(answer: Answer) -> Response:
    return Response(
        response=REFUSAL if answer.text is None else answer.text,
        source_nodes=[_node(passage) for passage in answer.passages],
        metadata=answer.to_json(),
    )


def _node(found: ScoredPassage) -> NodeWithScore:
    passage = found.passage
    node = TextNode(
        id_=passage.passage_id,
        text=passage.text,
        start_char_idx=passage.start,
        end_char_idx=passage.end,
        metadata={"article_id": passage.article_id, "title": found.title, "published": found.published},
    )
    return NodeWithScore(node=node, score=found.score)
