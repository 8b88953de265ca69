"""Byline's parts inside llama-index."""

import asyncio

from llama_index.core.tools import QueryEngineTool

from qa.assistant import Assistant
from qa.llama import REFUSAL, BylineQueryEngine, BylineRetriever


def test_retriever_gives_nodes_at_their_place(assistant: Assistant) -> None:
    nodes = BylineRetriever(assistant.archive, k=3).retrieve("Who denied responsibility?")
    assert len(nodes) == 3
    assert [n.score for n in nodes] == sorted((n.score for n in nodes), reverse=True)
    for found in nodes:
        article = assistant.archive.article(found.node.metadata["article_id"])
        assert found.node.text == article.text[found.node.start_char_idx : found.node.end_char_idx]


def test_query_engine_answers_and_refuses(assistant: Assistant) -> None:
    engine = BylineQueryEngine(assistant)
    response = engine.query("Who denied responsibility?")
    assert str(response) == "Kataib Hezbollah"
    assert response.metadata["citations"][0]["number"] == 1
    assert response.source_nodes
    refused = asyncio.run(engine.aquery("Who won the football world cup in 1998?"))
    assert str(refused) == REFUSAL


def test_query_engine_as_a_tool(assistant: Assistant) -> None:
    tool = QueryEngineTool.from_defaults(BylineQueryEngine(assistant), name="news", description="the news")
    assert str(tool.call(input="Who denied responsibility?")) == "Kataib Hezbollah"
