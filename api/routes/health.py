"""Is the service up (healthz), can it answer (readyz)."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.schemas import Health

router = APIRouter(tags=["health"])


@router.get("/healthz", response_model=Health)
def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz", response_model=Health, responses={503: {"model": Health}})
def readyz(request: Request, response: Response) -> dict[str, str]:
    """The index is open and holds something to ask."""
    searcher = getattr(request.app.state, "searcher", None)
    if searcher is None or not searcher.store.counts()["documents"]:
        response.status_code = 503
        return {"status": "empty"}
    return {"status": "ok"}
