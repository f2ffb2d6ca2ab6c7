"""Records to plain values of JSON and back, by their field names: the shapes of the contract."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import lru_cache
from typing import Any, TypeVar

from kb import messages
from kb.datatypes import Problem

T = TypeVar("T")
_RENAMED = {"from_": "from"}


def to_plain(value: Any, *, lang: str | None = None) -> Any:
    """Dataclasses, tuples and mappings as dicts and lists.

    Internal fields are left out, optional ones when empty. With `lang`, problems are rendered
    as `{source, code, error, remedy}` in that language; without, they keep code and params so
    that `from_plain` restores them.
    """
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, Problem) and lang is not None:
        return messages.render_problem(value, lang=lang)
    if is_dataclass(value) and not isinstance(value, type):
        plain: dict[str, Any] = {}
        for name, written, optional in _written(type(value)):
            item = getattr(value, name)
            if not (optional and (item is None or item == ())):
                plain[written] = to_plain(item, lang=lang)
        return plain
    if isinstance(value, Mapping):
        return {str(key): to_plain(item, lang=lang) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [to_plain(item, lang=lang) for item in value]
    return value


def from_plain(cls: type[T], plain: Any) -> T:
    """The record of type `cls` that `to_plain(record)` wrote; unknown keys are an error."""
    return typing.cast(T, _restore(cls, plain))


@lru_cache(maxsize=256)
def _written(cls: type[Any]) -> tuple[tuple[str, str, bool], ...]:
    """(field, its name in JSON, optional) of the fields of a record that leave the process."""
    return tuple(
        (f.name, _RENAMED.get(f.name, f.name), bool(f.metadata.get("optional")))
        for f in fields(cls)
        if not f.metadata.get("internal")
    )


@lru_cache(maxsize=256)
def _hints(cls: type) -> dict[str, Any]:
    namespace = {"Vectors": Any, "np": None, "NDArray": Any}
    return typing.get_type_hints(cls, localns=namespace)


def _restore(kind: Any, plain: Any) -> Any:
    if plain is None or kind is Any:
        return plain
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        inner = [arg for arg in typing.get_args(kind) if arg is not type(None)]
        return _restore(inner[0], plain) if len(inner) == 1 else plain
    if origin is tuple:
        args = typing.get_args(kind)
        if len(args) == 2 and args[1] is Ellipsis:
            return tuple(_restore(args[0], item) for item in plain)
        return tuple(_restore(arg, item) for arg, item in zip(args, plain, strict=True))
    if isinstance(kind, type) and is_dataclass(kind):
        hints = _hints(kind)
        back = {new: old for old, new in _RENAMED.items()}
        return kind(
            **{
                back.get(key, key): _restore(hints[back.get(key, key)], item)
                for key, item in plain.items()
            }
        )
    return plain
