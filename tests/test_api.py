"""The HTTP service gives the same JSON as the command line, and problems in the caller's tongue."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.main import create_app, serve
from kb import config
from kb.errors import NoIndexError, UsageError


@pytest.fixture(scope="module")
def client(tiny_index: Path) -> Iterator[TestClient]:
    """The app over the small index, started and stopped."""
    settings = config.load(environ={}, index=tiny_index, encoder="hash")
    with TestClient(create_app(settings)) as client:
        yield client


@pytest.mark.parametrize(
    "path",
    [
        "/v1/search?q=voluntarios&k=3",
        "/v1/search?country=Escocia",
        "/v1/experts?q=solar energy&sector=energy",
        "/v1/lessons?q=voluntarios&type=lesson&type=condition",
        "/v1/answer?q=Red Caldas",
    ],
)
def test_the_routes_answer_in_the_shapes_of_the_schema(client: TestClient, path: str) -> None:
    """Response models forbid unknown keys, so a 200 is a valid shape."""
    answer = client.get(path)
    assert answer.status_code == 200
    assert "answered" in answer.json()


def test_the_same_question_gives_the_same_json_as_the_command(
    client: TestClient, tiny_index: Path
) -> None:
    """One truth behind both doors."""
    from kb.search import open_searcher, search
    from kb.wire import to_plain

    settings = config.load(environ={}, index=tiny_index, encoder="hash")
    direct = to_plain(search(open_searcher(settings), "red de talento", k=4), lang="en")
    got = client.get("/v1/search", params={"q": "red de talento", "k": 4}).json()
    assert got == direct


def test_profiles_and_documents_by_id(client: TestClient) -> None:
    """What a hit names can be fetched; what nobody bears is 404 with the nearest."""
    hit = client.get("/v1/experts", params={"q": "Lucía Núñez"}).json()["hits"][0]
    profile = client.get(f"/v1/profiles/{hit['profile_id']}").json()
    assert profile["name"] == "Lucía Núñez Arrieta"
    assert client.get(f"/v1/documents/{profile['doc_id']}").json()["kind"] == "profile"
    missing = client.get("/v1/profiles/p000000000000")
    assert missing.status_code == 404
    assert missing.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path",
    ["/v1/search?q=x&k=0", "/v1/search?q=x&country=Atlantis", "/v1/search?year=abc", "/v1/answer"],
)
def test_a_value_that_makes_no_sense_is_422_in_the_language_of_the_request(
    client: TestClient, path: str
) -> None:
    """Problem details, Spanish or English."""
    told = {}
    for lang in ("es", "en"):
        answer = client.get(path, headers={"Accept-Language": f"{lang}-MX,fr;q=0.3"})
        assert answer.status_code == 422
        problem = answer.json()
        assert problem["status"] == 422
        assert answer.headers["content-language"] == lang
        told[lang] = problem["title"]
    assert told["es"] != told["en"]


def test_a_cv_that_is_sent_is_compared_and_not_stored(
    client: TestClient, tiny_corpus: Path
) -> None:
    """As a file and as text; the number of profiles stays."""
    before = client.get("/v1/experts").json()["total"]
    path = tiny_corpus / "profiles" / "okafor-lindqvist.txt"
    by_file = client.post("/v1/similar", files={"file": ("../../x.txt", path.read_bytes())})
    by_text = client.post("/v1/similar", json={"text": path.read_text(encoding="utf-8")})
    assert by_file.status_code == by_text.status_code == 200
    assert by_file.json() == by_text.json()
    assert [h["name"] for h in by_text.json()["hits"]] == ["Lucía Núñez Arrieta"]
    assert client.get("/v1/experts").json()["total"] == before


def test_a_request_that_is_no_cv_is_refused(client: TestClient) -> None:
    """Wrong type, empty text, unknown keys: 422."""
    assert client.post("/v1/similar", content=b"x").status_code == 422
    assert client.post("/v1/similar", json={"text": ""}).status_code == 422
    assert client.post("/v1/similar", json={"text": "x", "store": True}).status_code == 422


def test_health(client: TestClient) -> None:
    """Up, and ready to answer."""
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ok"}
    assert client.get("/nowhere").headers["content-type"] == "application/problem+json"


def test_openapi_names_every_read_route(client: TestClient) -> None:
    """The schema is 3.1 and has the routes of the contract."""
    schema = client.get("/openapi.json").json()
    assert schema["openapi"].startswith("3.1")
    names = ("search", "experts", "lessons", "answer", "similar")
    wanted = {f"/v1/{name}" for name in names}
    assert wanted | {"/v1/profiles/{profile_id}", "/v1/documents/{doc_id}"} <= set(schema["paths"])


def test_the_page_of_routes_needs_nothing_from_elsewhere(client: TestClient) -> None:
    """It lists the routes in the reader's language, with no script and no outside address."""
    page = client.get("/docs", headers={"Accept-Language": "es"})
    assert page.status_code == 200
    assert "/v1/experts" in page.text
    assert 'lang="es"' in page.text
    assert "<script" not in page.text
    assert "http" not in page.text.replace("HTTP", "").split("</style>")[1]


def test_serving_needs_an_index_and_stays_on_loopback(tmp_path: Path) -> None:
    """Said before a port is opened."""
    settings = config.load(environ={}, index=tmp_path / "none", encoder="hash")
    with pytest.raises(NoIndexError):
        serve(settings)
    with pytest.raises(UsageError):
        serve(settings, host="0.0.0.0")


def test_head_is_get_without_a_body(client: TestClient) -> None:
    """For checks of health and for routes that ask."""
    for path in ("/healthz", "/v1/search?q=red"):
        answer = client.head(path)
        assert (answer.status_code, answer.content) == (200, b"")
    assert client.head("/v1/nada").status_code == 404
    refused = client.delete("/v1/search")
    assert refused.status_code == 405
    assert "GET" in refused.headers["allow"]


def test_a_filter_misspelt_or_a_type_unknown_is_refused(client: TestClient) -> None:
    """422 with the nearest, never an answer without the filter."""
    answer = client.get("/v1/search?q=red&contry=mx", headers={"accept-language": "es"})
    assert answer.status_code == 422
    assert "country" in answer.json()["detail"]
    assert "parámetro" in answer.json()["title"]
    assert client.get("/v1/lessons?q=red&type=chisme").status_code == 422


def test_lessons_are_paged(client: TestClient) -> None:
    """`offset` leaves out the first ones and goes on counting."""
    both = client.get("/v1/lessons?q=red&k=2").json()["hits"]
    (one,) = client.get("/v1/lessons?q=red&k=1&offset=1").json()["hits"]
    assert one == both[1]
    assert one["rank"] == 2
