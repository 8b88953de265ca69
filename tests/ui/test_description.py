"""The OpenAPI description is true: schemathesis asks by it, rightly and wrongly, always the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, assume, given, settings
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

ANY = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
RIGHT = (GenerationMode.POSITIVE,)  # there is nothing that could be wrong in it
OPERATIONS = {
    ("/api/ask", "POST"): ANY,
    ("/api/articles", "GET"): ANY,
    ("/api/articles/{article_id}", "GET"): RIGHT,
    ("/api/health", "GET"): RIGHT,
    ("/v1/models", "GET"): RIGHT,
    ("/v1/models/{model}", "GET"): RIGHT,
    ("/v1/chat/completions", "POST"): ANY,
}
# 400 is for what has the right shape, and still cannot be asked: a question without a word in it.
CHECKS = {"positive_data_acceptance": {"expected-statuses": ["2xx", "400", "404"]}}


@pytest.fixture(scope="module")
def described(serve: Callable[..., str]) -> Any:
    config = SchemathesisConfig.from_dict({"checks": CHECKS})
    return schemathesis.openapi.from_url(f"{serve()}/api/openapi.json", config=config)


def test_every_operation_is_asked(described: Any) -> None:
    found = [result.ok() for result in described.get_all_operations()]
    assert {(operation.path, operation.method.upper()) for operation in found} == set(OPERATIONS)


@pytest.mark.parametrize(
    ("path", "method", "mode"),
    [(path, method, mode) for (path, method), modes in OPERATIONS.items() for mode in modes],
)
def test_it_answers_as_it_is_described(described: Any, path: str, method: str, mode: GenerationMode) -> None:
    operation = described[path][method]

    @settings(
        max_examples=30,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        assume(len(str(case.query)) < 10_000)  # the web server itself refuses an address of 64 KB
        case.call_and_validate(timeout=60)

    ask()
