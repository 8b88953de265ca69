"""`/metrics`: how much is asked and how long it takes, for Prometheus."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import FastAPI, Response
from prometheus_client import CONTENT_TYPE_LATEST, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from index.archive import Archive
from ui.desk import Desk


class Held(Collector):
    """What the archive holds, counted when it is looked at."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def collect(self) -> Iterator[GaugeMetricFamily]:
        held = self._archive.catalog.counts()
        yield GaugeMetricFamily("byline_articles", "Articles in the archive.", held.articles)
        yield GaugeMetricFamily("byline_passages", "Passages in the archive.", held.passages)
        yield GaugeMetricFamily("byline_passages_embedded", "Passages found by meaning too.", held.embedded)


def add_metrics(app: FastAPI, archive: Archive, desk: Desk) -> None:
    """Serve what `desk` counts, what `archive` holds and what the process uses, at `/metrics` of `app`."""
    desk.registry.register(Held(archive))
    ProcessCollector(registry=desk.registry)

    @app.get("/metrics", include_in_schema=False)
    def metrics() -> Response:
        return Response(generate_latest(desk.registry), headers={"content-type": CONTENT_TYPE_LATEST})
