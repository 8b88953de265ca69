"""So many a minute: at once, then evenly, each client for itself."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.access import Access
from ui.rates import CLIENT, MOST_CLIENTS, PEOPLE, RateLimit, Rates, TooOftenError, client_of


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_minute_s_worth_at_once_then_evenly() -> None:
    clock = Clock()
    rates = Rates(6, clock)
    assert [rates.wait("a") for _ in range(6)] == [0.0] * 6
    assert rates.wait("a") == pytest.approx(10)
    assert rates.wait("a") == pytest.approx(10)  # who is refused loses nothing by it
    assert rates.wait("b") == 0
    clock.now += 10
    assert rates.wait("a") == 0
    assert rates.wait("a") == pytest.approx(10)
    clock.now += 3600
    assert [rates.wait("a") for _ in range(6)] == [0.0] * 6
    assert rates.wait("a") > 0


@given(
    per_minute=st.integers(1, 30),
    pauses=st.lists(st.floats(0, 30, allow_nan=False), min_size=1, max_size=150),
)
def test_no_minute_ever_has_more_than_twice_the_rate_and_waiting_as_told_helps(
    per_minute: int, pauses: list[float]
) -> None:
    clock = Clock()
    rates = Rates(per_minute, clock)
    taken: list[float] = []
    for pause in pauses:
        clock.now += pause
        if seconds := rates.wait("a"):
            assert 0 < seconds <= 60 / per_minute + 1e-3
            clock.now += seconds
            assert rates.wait("a") == 0
        taken.append(clock.now)
        # What a full bucket holds, and what flows in meanwhile.
        assert sum(when > clock.now - 60 for when in taken) <= 2 * per_minute


def test_it_remembers_no_more_clients_than_it_says() -> None:
    rates = Rates(1, Clock())
    for number in range(MOST_CLIENTS + 10):
        assert rates.wait(str(number)) == 0
    assert len(rates._free) == MOST_CLIENTS
    assert rates.wait(str(MOST_CLIENTS)) > 0


def test_another_session_brings_no_more_questions() -> None:
    async def nothing(*_: object) -> None:
        pass

    limit, taken = RateLimit(nothing, per_minute=6), 0
    with pytest.raises(TooOftenError):
        for number in range(6 * PEOPLE + 1):
            limit._take({CLIENT: str(number), "client": ("192.0.2.1", 1)})
            taken += 1
    assert taken == 6 * PEOPLE
    limit._take({CLIENT: "another", "client": ("192.0.2.2", 1)})


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("192.0.2.1", "192.0.2.2", False),
    ],
)
def test_a_client_is_an_address_or_a_household(one: str, other: str, same: bool) -> None:
    assert (client_of({"client": (one, 1)}) == client_of({"client": (other, 2)})) is same


def test_beyond_the_rate_is_one_sentence_and_when_to_come_again(serve: Callable[..., str]) -> None:
    with httpx.Client(base_url=serve(Access(per_minute=2)), timeout=60) as client:
        body = {"question": "Who denied responsibility?"}
        assert [client.post("/api/ask", json=body).status_code for _ in range(2)] == [200, 200]
        refused = client.post("/api/ask", json=body)
        assert refused.status_code == 429
        assert 1 <= int(refused.headers["retry-after"]) <= 30
        assert refused.json()["error"] == (
            "Only 2 questions a minute may be asked from here; "
            f"ask again in {refused.headers['retry-after']} s."
        )
        shaped = client.post("/v1/chat/completions", json={}).json()["error"]
        assert shaped["type"] == "rate_limit_error"
        assert client.post("/mcp", json={}).status_code == 429
        assert client.get("/api/health").status_code == 200  # looking costs nothing
