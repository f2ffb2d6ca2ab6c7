"""Read routes: each parses a request, calls the room that works, returns its plain form."""

from __future__ import annotations

import tempfile
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import ValidationError

from api import schemas
from kb.answer import answer, lessons
from kb.datatypes import Filters
from kb.errors import KBError, UnknownValueError, UsageError
from kb.experts import experts
from kb.filters import FILTER_NAMES, lesson_types, resolve_filters
from kb.search import Searcher, search
from kb.similar import similar
from kb.wire import to_plain

MAX_UPLOAD = 20_000_000  # bytes of a CV that is sent to be compared
PROBLEMS: dict[int | str, dict[str, Any]] = {
    422: {"model": schemas.Problem, "description": "A value makes no sense; `detail` says which."},
    404: {"model": schemas.Problem, "description": "Nothing bears this id."},
}
router = APIRouter(prefix="/v1", responses={422: PROBLEMS[422]})

_PARAMETERS = (*FILTER_NAMES, "q", "k", "offset", "type", "profile_id", "not")

Values = Annotated[list[str], Query()]
Question = Annotated[str, Query(max_length=2_000, description="A question in Spanish or English.")]
Count = Annotated[int, Query(ge=1, le=200, description="How many results.")]
Offset = Annotated[int, Query(ge=0, le=10_000, description="Results to leave out first.")]


def searcher_of(request: Request) -> Searcher:
    """The open index, fresh: another process may have added to it since the last question."""
    searcher: Searcher = request.app.state.searcher.fresh()
    request.app.state.searcher = searcher
    return searcher


Asked = Annotated[Searcher, Depends(searcher_of)]


def filters_of(
    request: Request,
    searcher: Asked,
    country: Values = [],  # noqa: B006 (FastAPI reads the default, nobody changes it)
    program: Values = [],  # noqa: B006
    sector: Values = [],  # noqa: B006
    institution: Values = [],  # noqa: B006
    lang: Values = [],  # noqa: B006
    kind: Values = [],  # noqa: B006
    doc: Values = [],  # noqa: B006
    year: Values = [],  # noqa: B006
    speaks: Values = [],  # noqa: B006
    degree: Values = [],  # noqa: B006
    seniority: Values = [],  # noqa: B006
    chapter: Values = [],  # noqa: B006
    willing: Values = [],  # noqa: B006
    who: str | None = None,
) -> Filters:
    """The filters of the contract; repeated, any of the values; different ones, all of them."""
    for name in request.query_params:
        if name not in _PARAMETERS:  # a filter misspelt would be a filter ignored
            nearest = get_close_matches(name, _PARAMETERS) or _PARAMETERS
            raise UnknownValueError("parameter_unknown", value=name, nearest=", ".join(nearest))
    given: dict[str, Any] = {
        "country": country, "program": program, "sector": sector, "institution": institution,
        "lang": lang, "kind": kind, "doc": doc, "year": year, "speaks": speaks, "degree": degree,
        "seniority": seniority, "chapter": chapter, "willing": willing,
    }  # fmt: skip
    if who:
        given["who"] = who
    return resolve_filters({n: v for n, v in given.items() if v}, store=searcher.store)


Filtered = Annotated[Filters, Depends(filters_of)]


def _lang(request: Request) -> str:
    from api.main import request_lang

    return request_lang(request)


Lang = Annotated[str, Depends(_lang)]


@router.get(
    "/search", response_model_exclude_unset=True, response_model=schemas.SearchResult, tags=["ask"]
)
def get_search(
    searcher: Asked, filters: Filtered, lang: Lang, q: Question = "", k: Count = 10,
    offset: Offset = 0,
) -> Any:  # fmt: skip
    """Passages for a question, with document, page and section to cite."""
    return to_plain(search(searcher, q, k=k, offset=offset, filters=filters), lang=lang)


@router.get(
    "/experts", response_model_exclude_unset=True, response_model=schemas.ExpertResult, tags=["ask"]
)
def get_experts(
    searcher: Asked, filters: Filtered, lang: Lang, q: Question = "", k: Count = 10,
    offset: Offset = 0,
) -> Any:  # fmt: skip
    """People for a question, each with the sentences that speak for them."""
    return to_plain(experts(searcher, q, k=k, offset=offset, filters=filters), lang=lang)


@router.get(
    "/lessons", response_model_exclude_unset=True, response_model=schemas.LessonResult, tags=["ask"]
)
def get_lessons(
    searcher: Asked, filters: Filtered, lang: Lang, q: Question = "", k: Count = 10,
    offset: Offset = 0, type: Values = [],  # noqa: B006
) -> Any:  # fmt: skip
    """Lessons, recommendations, good practices, risks and conditions for a question."""
    types = lesson_types(type)
    found = lessons(searcher, q, k=k, offset=offset, types=types, filters=filters)
    return to_plain(found, lang=lang)


@router.get(
    "/answer", response_model_exclude_unset=True, response_model=schemas.Answer, tags=["ask"]
)
def get_answer(searcher: Asked, filters: Filtered, lang: Lang, q: Question) -> Any:
    """Two to five sentences of the sources, word for word, each with its page."""
    return to_plain(answer(searcher, q, filters=filters), lang=lang)


@router.get(
    "/similar",
    response_model_exclude_unset=True,
    response_model=schemas.SimilarResult,
    tags=["ask"],
    responses={404: PROBLEMS[404]},
)
def get_similar(
    searcher: Asked, filters: Filtered, lang: Lang, profile_id: Values, k: Count = 10,
    unlike: Annotated[list[str], Query(alias="not")] = [],  # noqa: B006
) -> Any:  # fmt: skip
    """Profiles like those of `profile_id`, less like those of `not`."""
    return to_plain(similar(searcher, profile_id, unlike=unlike, k=k, filters=filters), lang=lang)


@router.post(
    "/similar",
    response_model_exclude_unset=True,
    response_model=schemas.SimilarResult,
    tags=["ask"],
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {
                        "type": "object",
                        "properties": {"text": {"type": "string"}},
                        "required": ["text"],
                    }
                },
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "properties": {"file": {"type": "string", "format": "binary"}},
                        "required": ["file"],
                    }
                },
            },
        }
    },
)
async def post_similar(
    request: Request, searcher: Asked, filters: Filtered, lang: Lang, k: Count = 10
) -> Any:
    """Profiles like a CV that is sent as a file or as text; it is never stored."""
    from starlette.concurrency import run_in_threadpool

    name, data = await _sent(request)

    def work() -> Any:
        with tempfile.TemporaryDirectory(prefix="kb-similar-") as folder:
            path = Path(folder) / name
            path.write_bytes(data)
            found = similar(
                searcher, file=path, k=k, filters=filters, settings=request.app.state.settings
            )
        return to_plain(found, lang=lang)

    return await run_in_threadpool(work)


async def _sent(request: Request) -> tuple[str, bytes]:
    """The name and bytes of the CV of a request, JSON `{text}` or multipart `file`."""
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > MAX_UPLOAD:
        raise UsageError("upload_size", limit=MAX_UPLOAD // 1_000_000)
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if kind == "application/json":
        try:
            body = schemas.ProfileText.model_validate_json(await request.body())
        except ValidationError as error:
            detail = str(error.errors()[0]["msg"])
            raise UsageError("request_invalid", field="text", detail=detail) from error
        return "cv.txt", body.text.encode()
    if kind == "multipart/form-data":
        async with request.form(max_files=1) as form:
            upload = form.get("file")
            if upload is None or isinstance(upload, str):
                raise UsageError("request_invalid", field="file", detail="multipart file")
            # The type is told by content; the sender's file name is not used as a path.
            return "cv", await upload.read()
    raise UsageError(
        "request_invalid", field="content-type", detail="application/json, multipart/form-data"
    )


@router.get(
    "/profiles/{profile_id}",
    response_model_exclude_unset=True,
    response_model=schemas.Profile,
    tags=["read"],
    responses={404: PROBLEMS[404]},
)
def get_profile(searcher: Asked, lang: Lang, profile_id: str) -> Any:
    """One profile, whole."""
    found = searcher.store.profile(searcher.store.known("profile", profile_id))
    return _found(found, profile_id, lang)


@router.get(
    "/documents/{doc_id}",
    response_model_exclude_unset=True,
    response_model=schemas.Document,
    tags=["read"],
    responses={404: PROBLEMS[404]},
)
def get_document(searcher: Asked, lang: Lang, doc_id: str) -> Any:
    """One document with its text and passages."""
    found = searcher.store.document(searcher.store.known("doc", doc_id))
    return _found(found, doc_id, lang)


def _found(record: Any, value: str, lang: str) -> Any:
    if record is None:
        raise KBError("unknown_id", value=value, nearest="")
    return to_plain(record, lang=lang)
