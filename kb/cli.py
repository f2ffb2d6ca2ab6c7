"""The command `kb`: parses what a person types, calls the room that works, prints what it gives.

Each `_do_*` returns an exit code: 0 done, 1 failed, 2 usage or unknown value, 3 some files could
not be read. JSON goes alone to stdout; progress and messages go to stderr.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb import config
from kb.arguments import FILTERS, build_parser
from kb.errors import KBError, NoIndexError, NotYetError, UsageError

if TYPE_CHECKING:
    from kb.config import Settings
    from kb.datatypes import Filters
    from kb.search import Searcher


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the value is the process's exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    lang = _wanted_lang(words)
    as_json = "--json" in words
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # UTF-8 whatever the locale
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        parser = build_parser(lang, RUNS, otherwise=_not_yet)
        args = parser.parse_args(words)
        settings = config.load(
            index=args.index,
            ui_lang=args.ui_lang,
            workers=getattr(args, "workers", None),
            ocr=getattr(args, "ocr", None),
        )
        code: int = args.run(args, settings)
        sys.stdout.flush()
        return code
    except KBError as error:
        return _failed(error, lang=lang, as_json=as_json)
    except BrokenPipeError:
        # The reader of our output (head, less) has gone; nothing is left to tell it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        detail = error.strerror or type(error).__name__
        refused = KBError("system_failed", path=str(error.filename or "?"), detail=detail)
        return _failed(refused, lang=lang, as_json=as_json)
    except KeyboardInterrupt:
        from kb.messages import render

        print(f"kb: {render('stopped', lang=lang).error}", file=sys.stderr)
        return 130


def _failed(error: KBError, *, lang: str, as_json: bool) -> int:
    """Say what went wrong, as JSON too where JSON was asked for; the exit code."""
    if as_json:
        from kb.messages import render

        message = render(error.code, lang=lang, **error.params)
        _print_json({"code": error.code, "error": message.error, "remedy": message.remedy})
    print(f"kb: {error.text(lang)}", file=sys.stderr)
    return error.exit_code


def _wanted_lang(words: Sequence[str]) -> str:
    """The language of messages, needed before the words are parsed."""
    for i, word in enumerate(words):
        if word.startswith("--ui-lang="):
            return word.partition("=")[2]
        if word == "--ui-lang" and i + 1 < len(words):
            return words[i + 1]
    try:
        return config.load().ui_lang
    except KBError:
        return "en"


# --- what commands share --------------------------------------------------------------------------


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def _show(result: Any, args: Any, settings: Settings, renderer: str) -> int:
    """Print a result as JSON, or as `kb.render` shows it to a person."""
    from kb.wire import to_plain

    plain = to_plain(result, lang=settings.ui_lang)
    if args.json:
        _print_json(plain)
    else:
        from kb import render

        render.show(renderer, plain, lang=settings.ui_lang)
    return 0


def _searcher(settings: Settings) -> Searcher:
    from kb.search import open_searcher

    return open_searcher(settings)


def _filters(args: Any, searcher: Searcher) -> Filters:
    from kb.filters import resolve_filters

    given: dict[str, Sequence[str] | str] = {name: getattr(args, name) for name in FILTERS}
    if args.who:
        given["who"] = args.who
    return resolve_filters({n: v for n, v in given.items() if v}, store=searcher.store)


def _read_options(args: Any) -> dict[str, Any]:
    """Options of reading that ingest and parse share."""
    options: dict[str, Any] = {"kind": None if args.kind == "auto" else args.kind}
    if args.password_file:
        options["password"] = _file_text(args.password_file).strip()
    if args.map:
        import yaml

        try:
            mapping = yaml.safe_load(_file_text(args.map))
        except yaml.YAMLError as error:
            raise UsageError("map_unreadable", path=args.map, detail=str(error)) from error
        if not isinstance(mapping, dict):
            raise UsageError("map_unreadable", path=args.map, detail="column: field")
        options["mapping"] = {str(key): str(value) for key, value in mapping.items()}
    return options


def _file_text(path: str) -> str:
    try:
        return _one_file(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        detail = getattr(error, "strerror", None) or str(error)
        raise UsageError("file_unreadable", path=path, detail=detail) from error


def _one_file(path: str) -> Path:
    """The path of a file; UsageError where there is none or a folder stands."""
    found = Path(path)
    if found.is_dir():
        raise UsageError("path_folder", path=path)
    if not found.exists():
        raise UsageError("path_missing", path=path)
    return found


# --- commands ------------------------------------------------------------------------------------


def _do_ingest(args: Any, settings: Settings) -> int:
    from kb import build, render

    with render.Progress(lang=settings.ui_lang) as progress:
        if args.reembed:
            build.reembed(settings, progress=progress)
        if not args.paths:
            if not args.reembed:
                raise UsageError("nothing_given", what="PATH")
            return _show(build.status(settings), args, settings, "status")
        report = build.ingest(
            [Path(path) for path in args.paths],
            settings=settings,
            progress=progress,
            **_read_options(args),
        )
    _show(report, args, settings, "ingest")
    return 3 if report.failed else 0


def _do_search(args: Any, settings: Settings) -> int:
    from kb.search import search

    searcher = _searcher(settings)
    result = search(
        searcher, args.query, k=args.k, offset=args.offset, filters=_filters(args, searcher)
    )
    return _show(result, args, settings, "search")


def _do_experts(args: Any, settings: Settings) -> int:
    from kb.experts import experts

    searcher = _searcher(settings)
    result = experts(
        searcher, args.query, k=args.k, offset=args.offset, filters=_filters(args, searcher)
    )
    return _show(result, args, settings, "experts")


def _do_lessons(args: Any, settings: Settings) -> int:
    from kb.answer import lessons

    searcher = _searcher(settings)
    result = lessons(
        searcher,
        args.query,
        k=args.k,
        offset=args.offset,
        types=args.type,
        filters=_filters(args, searcher),
    )
    return _show(result, args, settings, "lessons")


def _do_similar(args: Any, settings: Settings) -> int:
    from kb.similar import similar

    searcher = _searcher(settings)
    result = similar(
        searcher,
        args.profile_ids,
        unlike=args.unlike,
        file=_one_file(args.file) if args.file else None,
        k=args.k,
        filters=_filters(args, searcher),
        settings=settings,
    )
    return _show(result, args, settings, "similar")


def _do_answer(args: Any, settings: Settings) -> int:
    from kb.answer import answer

    searcher = _searcher(settings)
    return _show(
        answer(searcher, args.query, filters=_filters(args, searcher)), args, settings, "answer"
    )


def _do_profile(args: Any, settings: Settings) -> int:
    from kb.build import open_store

    store = open_store(settings)
    return _show(store.profile(store.known("profile", args.id)), args, settings, "profile")


def _do_document(args: Any, settings: Settings) -> int:
    from kb.build import open_store

    store = open_store(settings)
    return _show(store.document(store.known("doc", args.id)), args, settings, "document")


def _do_entities(args: Any, settings: Settings) -> int:
    from kb import build

    path = Path(args.what)
    if path.is_dir():
        raise UsageError("path_folder", path=args.what)
    if path.exists():
        parsed, problems = build.parse_file(path, settings=settings)
        if not parsed:
            return _unread(problems, args, settings)
        found = [ent for one in parsed for ent in one.entities]
    else:
        try:
            store = build.open_store(settings)
        except NoIndexError:
            raise UsageError("path_missing", path=args.what) from None
        found = list(store.entities(store.known("doc", args.what)))
    return _show(found, args, settings, "entities")


def _do_parse(args: Any, settings: Settings) -> int:
    from kb import build
    from kb.wire import to_plain

    parsed, problems = build.parse_file(
        _one_file(args.path), settings=settings, **_read_options(args)
    )
    if not parsed:
        return _unread(problems, args, settings)
    told = to_plain(problems, lang=settings.ui_lang)
    plain = []
    for one in parsed:
        item = to_plain(one, lang=settings.ui_lang)
        plain.append(
            {
                "document": item["document"],
                "profile": item["profile"],
                "passages": item["document"]["passages"],
                "entities": item["entities"],
                "lessons": item["lessons"],
                "warnings": item["document"]["warnings"] + told,
            }
        )
        told = []
    if args.json:
        _print_json(plain[0] if len(plain) == 1 else plain)
    else:
        from kb import render

        render.show("parse", plain, lang=settings.ui_lang)
    return 0


def _unread(problems: Sequence[Any], args: Any, settings: Settings) -> int:
    """A file of which nothing could be read: say why, exit 3."""
    from kb.messages import render_problem

    told = [render_problem(problem, lang=settings.ui_lang) for problem in problems]
    if args.json:
        _print_json({"document": None, "failed": told})
    for item in told:
        print(f"kb: {item['source']}: {item['error']} {item['remedy']}", file=sys.stderr)
    return 3


def _do_batch(args: Any, settings: Settings) -> int:
    from kb.batch import run

    searcher = _searcher(settings)
    failed = False
    for line in run(searcher, Path(args.queries), mode=args.mode, k=args.k, settings=settings):
        print(json.dumps(line, ensure_ascii=False), flush=True)
        failed = failed or "error" in line
    return 3 if failed else 0


def _do_export(args: Any, settings: Settings) -> int:
    from kb.build import open_store
    from kb.wire import to_plain

    store = open_store(settings)
    what = args.what or "profiles"
    lists: dict[str, Callable[[], Any]] = {
        "profiles": store.profiles,
        "documents": store.documents,
        "lessons": store.lessons,
        "passages": store.all_passages,
    }
    _print_json(to_plain(lists[what](), lang=settings.ui_lang))
    return 0


def _do_embed(args: Any, settings: Settings) -> int:
    from kb.embed import load_encoder

    encoder = load_encoder(settings)
    batch: list[str] = []

    def flush() -> None:
        for vector in encoder.encode(batch, query=args.query):
            print(json.dumps([round(float(x), 7) for x in vector]))
        batch.clear()

    for line in sys.stdin:
        batch.append(line.rstrip("\n"))
        if len(batch) >= settings.encoder_batch:
            flush()
    if batch:
        flush()
    return 0


def _do_remove(args: Any, settings: Settings) -> int:
    from kb import build

    return _show({"removed": build.remove(args.ids, settings=settings)}, args, settings, "removed")


def _do_forget(args: Any, settings: Settings) -> int:
    from kb import build

    return _show(build.forget(args.ids, settings=settings), args, settings, "forgotten")


def _do_status(args: Any, settings: Settings) -> int:
    from kb import build

    return _show(build.status(settings), args, settings, "status")


def _do_verify(args: Any, settings: Settings) -> int:
    from kb import build

    report = build.verify(settings, repair=args.repair)
    _show(report, args, settings, "verify")
    return 0 if report.ok else 1


def _do_doctor(args: Any, settings: Settings) -> int:
    from kb.doctor import examine

    return _show(examine(settings), args, settings, "doctor")


def _do_eval(args: Any, settings: Settings) -> int:
    from kb.evaluate import evaluate_files

    searcher = _searcher(settings)
    return _show(
        evaluate_files(searcher, [Path(path) for path in args.questions]), args, settings, "eval"
    )


def _do_serve(args: Any, settings: Settings) -> int:
    from api.main import serve

    serve(settings, host=args.host, port=args.port)
    return 0


def _not_yet(args: Any, settings: Settings) -> int:
    raise NotYetError("not_yet", what=f"kb {args.command}")


RUNS = {
    name.removeprefix("_do_"): run
    for name, run in list(globals().items())
    if name.startswith("_do_")
}

if __name__ == "__main__":
    raise SystemExit(main())
