"""Mails through the front door of the readers: what was written, and what is attached."""

from __future__ import annotations

import base64
import zipfile
from email.message import EmailMessage
from email.policy import SMTP
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb import messages
from kb.config import Limits, Settings
from kb.datatypes import Problem, RawDocument, ReadResult
from kb.readers import read_bytes
from kb.readers.sniff import sniff
from tests.office_files import mail_of, odt_of
from tests.readers_files import docx_of, par, zip_of

SETTINGS = Settings()
LETTER = (
    "Estimada Luisa:\n\nLe escribo desde Logroño porque la señora Núñez me habló de la red de "
    "talento y de su próxima reunión.\n\nUn saludo,\nInés\n"
)
HEAD = "From: Ines <ines@example.org>\r\nDate: Mon, 3 Feb 2020 10:00:00 +0000\r\nSubject: S\r\n"


def read(data: bytes, name: str = "m.eml", *, given: Settings = SETTINGS) -> ReadResult:
    return read_bytes(data, name=name, settings=given)


def one(data: bytes) -> RawDocument:
    result = read(data)
    assert not result.failures, result.failures
    [doc] = result.documents
    return doc


def members(result: ReadResult) -> list[str]:
    return [doc.member for doc in result.documents]


def told(problems: tuple[Problem, ...]) -> list[tuple[str, str]]:
    for problem in problems:
        for lang in ("es", "en"):
            assert messages.render_problem(problem, lang=lang)["error"]
    return [(problem.source, problem.code) for problem in problems]


def words(doc: RawDocument) -> str:
    return " ".join(block.text for block in doc.blocks if block.kind not in ("head", "title"))


# --- what a mail is ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (mail_of(LETTER), "mail"),
        (b"Received: from a by b;\r\n Mon, 3 Feb 2020\r\nMIME-Version: 1.0\r\n\r\nhola", "mail"),
        (b"From ines@example.org Mon Feb  3 10:00:00 2020\n" + mail_of(LETTER), "mail"),
        (b"From a@x.org Mon Feb  3 10:00:00 2020\nFrom: a@x.org\nDate: x\n\nuno\n\n"
         b"From b@x.org Mon Feb  3 10:00:00 2020\nFrom: b@x.org\nDate: x\n\ndos\n",
         "unsupported:mbox"),
        ("Fecha: 3 de mayo\nDe: Inés\n\nHola.".encode(), "text"),
        (b"From: the start of the project, all went well.\n\nIt was a good year.", "text"),
        (b"Note: we met.\nDate: 3 May 2020\nThen we left, and all was well.", "text"),
    ],
)  # fmt: skip
def test_mails_are_told_by_their_headers(data: bytes, kind: str) -> None:
    """Headers of who sent it and how make a mail, whatever its name."""
    assert sniff(data, name="wrong.txt") == kind


def test_an_outlook_message_is_refused_by_name() -> None:
    """.msg is told apart from the documents that it may carry, and names what is read instead."""
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"".join(
        name.encode("utf-16-le") for name in ("WordDocument", "__nameid_version1.0", "__substg1.0")
    )
    [problem] = read(data, "a.msg").failures
    assert problem.code == "unsupported_type"
    assert dict(problem.params)["type"] == "Outlook message (.msg)"
    assert "EML" in str(dict(problem.params)["formats"])


# --- what was written ----------------------------------------------------------------------------


def test_a_mail_is_a_document_by_its_sender() -> None:
    """Subject, sender, year and text; a greeting is no title and a signature no heading."""
    doc = one(mail_of(LETTER, subject="RE: Fwd: Reunión de la red"))
    assert (doc.title, doc.authors, doc.year) == ("Reunión de la red", ("Inés Núñez",), 2020)
    assert [block.kind for block in doc.blocks][:2] == ["head", "title"]
    assert {block.kind for block in doc.blocks[2:]} == {"paragraph"}
    assert "la señora Núñez me habló" in words(doc)
    assert (doc.member, doc.format) == ("", "mail")
    assert "red@example.org" not in " ".join(block.text for block in doc.blocks)


@pytest.mark.parametrize(
    ("charset", "transfer"),
    [
        ("iso-8859-1", "8bit"),
        ("iso-8859-1", "quoted-printable"),
        ("windows-1252", "base64"),
        ("utf-8", "base64"),
        ("utf-8", "8bit"),
        ("us-ascii", "8bit"),  # said without looking
        ("x-unknown", "8bit"),
        ("utf-16", "base64"),
    ],
)
def test_accents_survive_every_transport(charset: str, transfer: str) -> None:
    """The text is right in every charset and transfer encoding, also where the charset is none."""
    codec = {"us-ascii": "utf-8", "x-unknown": "cp1252"}.get(charset, charset)
    data = LETTER.encode(codec)
    if transfer == "base64":
        data = base64.encodebytes(data)
    elif transfer == "quoted-printable":
        import quopri

        data = quopri.encodestring(data)
    head = f"{HEAD}Content-Type: text/plain; charset={charset}\r\n"
    doc = one(f"{head}Content-Transfer-Encoding: {transfer}\r\n\r\n".encode() + data)
    assert "desde Logroño porque la señora Núñez me habló" in words(doc)


def test_headers_are_read_in_every_form() -> None:
    """Encoded words, also with a comma in a name, and bytes that nobody declared."""
    coded = (
        b"From: =?iso-8859-1?Q?N=FA=F1ez=2C_In=E9s?= <ines@example.org>\r\n"
        b"Subject: =?utf-8?B?UmV1bmnDs24=?=\r\n =?utf-8?Q?_pr=C3=B3xima?=\r\nDate: x 2019\r\n\r\n"
    )
    doc = one(coded + LETTER.encode())
    assert (doc.authors, doc.title, doc.year) == (("Núñez, Inés",), "Reunión próxima", 2019)
    bare = (
        "From: Inés Núñez <i@example.org>\r\nSubject: Reunión\r\nDate: x\r\n\r\nHola a todos.\r\n"
    )
    for codec in ("latin-1", "utf-8"):
        doc = one(bare.encode(codec))
        assert (doc.authors, doc.title) == (("Inés Núñez",), "Reunión")


def test_plain_text_is_preferred_unless_it_says_nothing() -> None:
    """Of two forms the plain one is read; where it only points to the other, the page is."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["Date"] = "a@example.org", "Mon, 3 Feb 2020 10:00:00 +0000"
    message.set_content(LETTER)
    message.add_alternative(f"<p>{LETTER}</p><p>HTML</p>", subtype="html")
    assert "HTML" not in words(one(message.as_bytes()))
    message.get_payload()[0].set_content("Su programa no muestra HTML.")  # type: ignore[union-attr,index]
    assert "HTML" in words(one(message.as_bytes()))
    assert "Núñez" in words(one(message.as_bytes()))


def test_flowed_and_quoted_lines_are_joined() -> None:
    """Lines that a space at their end says go on are one; marks of quotes are left out."""
    head = f"{HEAD}Content-Type: text/plain; charset=utf-8; format=flowed\r\n\r\n"
    body = "Primera parte de la línea \r\nque sigue aquí.\r\n\r\n> Lo que dijo Luis \r\n> ayer.\r\n"
    assert words(one((head + body).encode())) == (
        "Primera parte de la línea que sigue aquí. Lo que dijo Luis ayer."
    )


# --- what is attached ----------------------------------------------------------------------------


def test_attachments_are_documents_of_their_own() -> None:
    """Each is named after the mail, read by its content, and bears what it says of itself."""
    data = mail_of(
        LETTER,
        attached=[
            ("Currículum.docx", docx_of(par("Inés Núñez, ingeniera"))),
            ("carta.odt", odt_of("<text:p>Carta</text:p>")),
            ("todo.zip", zip_of({"a/b.txt": "Hola a todos los de la red"})),
        ],
    )
    result = read(data)
    assert not result.failures
    assert members(result) == ["", "#Currículum.docx", "#carta.odt", "#todo.zip!/a/b.txt"]
    assert words(result.documents[1]) == "Inés Núñez, ingeniera"


def test_a_few_words_around_an_attachment_are_no_document() -> None:
    """ "Va mi CV" is left out beside the CV, and kept where nothing else is there."""
    attached = [("cv.docx", docx_of(par("Inés Núñez")))]
    assert members(read(mail_of("Va mi CV.", attached=attached))) == ["#cv.docx"]
    assert words(one(mail_of("Va mi CV."))) == "Va mi CV."


def test_an_attachment_that_cannot_be_read_is_told_by_its_name() -> None:
    """The others go on; the failure names the mail and the attachment, also inside a ZIP."""
    inner = zip_of({"roto.pdf": b"%PDF-1.4 nada", "b.txt": "Hola a todos los de la red"})
    result = read(mail_of(LETTER, attached=[("foto.png", b"\x89PNG\r\n\x1a\n"), ("z.zip", inner)]))
    assert members(result) == ["", "#z.zip!/b.txt"]
    assert [source for source, _ in told(result.failures)] == [
        "m.eml#foto.png",
        "m.eml#z.zip!/roto.pdf",
    ]


def test_names_of_attachments_cannot_lead_elsewhere() -> None:
    """Folders and control characters are taken off a name; equal names are told apart."""
    names = ["../../etc/a.txt", "C:\\x\\a.txt", "a.txt"]
    data = mail_of("", attached=[(name, b"Hola a todos los de la red") for name in names])
    assert members(read(data)) == ["#a.txt", "#a (2).txt", "#a (3).txt"]


def test_a_mail_in_a_mail_is_read_with_its_attachments() -> None:
    """A forwarded mail is a document by its own sender, named after its subject."""
    inner = mail_of(LETTER, subject="Mi CV", attached=[("cv.docx", docx_of(par("Inés Núñez")))])
    outer = EmailMessage(policy=SMTP)
    outer["From"], outer["Date"] = "Luis Peña <luis@example.org>", "Mon, 3 Feb 2020 10:00:00 +0000"
    outer.set_content("Reenvío lo que nos manda Inés para la reunión del lunes.")
    import email
    import email.policy

    outer.add_attachment(email.message_from_bytes(inner, policy=email.policy.default))
    result = read(outer.as_bytes())
    assert not result.failures
    assert members(result) == ["", "#Mi CV.eml", "#Mi CV.eml#cv.docx"]
    assert [doc.authors for doc in result.documents][:2] == [("Luis Peña",), ("Inés Núñez",)]


def test_signatures_and_logos_are_passed_over_without_a_word() -> None:
    """A seal, and a picture drawn inside the text, are nothing that somebody wrote."""
    data = (
        f"{HEAD}MIME-Version: 1.0\r\nContent-Type: multipart/signed; boundary=s\r\n\r\n--s\r\n"
        "Content-Type: multipart/related; boundary=r\r\n\r\n--r\r\n"
        f"Content-Type: text/html; charset=utf-8\r\n\r\n<p>{LETTER}</p>\r\n--r\r\n"
        "Content-Type: image/png; name=logo.png\r\nContent-ID: <1>\r\n\r\nxx\r\n--r--\r\n--s\r\n"
        "Content-Type: application/pgp-signature; name=a.asc\r\n\r\nxx\r\n--s--\r\n"
    )
    result = read(data.encode())
    assert (members(result), result.failures, result.warnings) == ([""], (), ())


def test_a_web_page_saved_as_a_mail_is_that_page() -> None:
    """Styles and pictures that came with it are no documents, the browser is no author."""
    data = (
        "From: <Saved by Blink>\r\nSubject: =?utf-8?Q?Red_de_M=C3=A9xico?=\r\nDate: Mon, 3 Feb 2020"
        " 10:00:00 -0000\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=r;"
        " type=text/html\r\n\r\n--r\r\nContent-Type: text/html\r\nContent-Location: https://example."
        "org/\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<h1>Red</h1><p>A=C3=B1o de la"
        " red de talento.</p>\r\n--r\r\nContent-Type: text/css\r\nContent-Location: https://example."
        "org/a.css\r\n\r\nbody { color: red }\r\n--r--\r\n"
    )
    doc = one(data.encode())
    assert (doc.title, doc.authors) == ("Red de México", ())
    assert words(doc) == "Red Año de la red de talento."


def test_a_mail_inside_a_zip_keeps_the_names_of_its_attachments() -> None:
    """Archive, mail and attachment are all named."""
    data = mail_of(LETTER, attached=[("cv.docx", docx_of(par("Inés Núñez")))])
    result = read(zip_of({"correo/m.eml": data}), "a.zip")
    assert members(result) == ["!/correo/m.eml", "!/correo/m.eml#cv.docx"]


# --- hostile and damaged -------------------------------------------------------------------------


def test_mails_without_end_are_refused() -> None:
    """Mails in mails are opened to a depth, the innermost told of; parts in parts are an error."""
    data = mail_of(LETTER, subject="0")
    for number in range(1, 6):
        outer = EmailMessage(policy=SMTP)
        outer["From"], outer["Date"] = "a@example.org", "Mon, 3 Feb 2020 10:00:00 +0000"
        outer["Subject"] = str(number)
        outer.set_content("x")
        outer.add_attachment(data, maintype="application", subtype="x", filename=f"{number}.eml")
        data = outer.as_bytes()
    assert [code for _, code in told(read(data).failures)] == ["mail_nested"]
    deep = "".join(
        f"Content-Type: multipart/mixed; boundary=b{i}\r\n\r\n--b{i}\r\n" for i in range(400)
    )
    [(_, code)] = told(read(f"{HEAD}MIME-Version: 1.0\r\n{deep}".encode()).failures)
    assert code == "too_deep"


def test_a_zip_in_a_mail_in_a_zip_in_a_mail_ends() -> None:
    """Archives and mails in turn are opened to a depth that nobody reaches by chance."""
    data = b"Hola"
    for _ in range(4):
        data = mail_of("", attached=[("z.zip", zip_of({"m.eml": data}))])
    failures = told(read(data).failures)
    assert {code for _, code in failures} <= {"zip_nested", "mail_nested"}
    assert failures


def test_attachments_are_limited_in_size_and_number() -> None:
    """Above the limits the rest is told of, not read."""
    small = Settings(limits=Limits(inflated=1_000))
    data = mail_of(LETTER, attached=[("a.txt", b"Hola a todos. " * 100)])
    assert told(read(data, given=small).failures) == [("m.eml#a.txt", "too_large_inflated")]
    many = mail_of("", attached=[("a.txt", b"Hola a todos")] * 501)
    result = read(many)
    assert told(result.failures) == [("m.eml", "mail_many_attachments")]
    assert len(result.documents) == 500


def test_a_bomb_in_a_mail_is_refused() -> None:
    """An attached ZIP that would inflate beyond the limit is told by its name."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"a" * 30_000_000)
    result = read(mail_of(LETTER, attached=[("b.zip", buffer.getvalue())]))
    assert told(result.failures) == [("m.eml#b.zip", "too_large_inflated")]
    assert members(result) == [""]


def test_a_cut_mail_gives_what_is_there() -> None:
    """A mail that ends in an attachment keeps its text, and both are told of."""
    data = mail_of(LETTER, attached=[("cv.docx", docx_of(par("Inés Núñez")))])
    result = read(data[: data.index(b"cv.docx") + 300])
    assert members(result) == [""]
    assert told(result.warnings) == [("m.eml", "mail_cut")]
    assert [source for source, _ in told(result.failures)] == ["m.eml#cv.docx"]


def test_an_encrypted_mail_says_so() -> None:
    """What only its recipient can open is no damaged file."""
    head = f"{HEAD}MIME-Version: 1.0\r\nContent-Type: multipart/encrypted; boundary=x\r\n\r\n"
    body = "--x\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--x--\r\n"
    assert [code for _, code in told(read((head + body).encode()).failures)] == ["mail_encrypted"]


@given(st.binary(max_size=300))
@settings(deadline=None, max_examples=80)
def test_no_bytes_raise(data: bytes) -> None:
    """Whatever stands in a mail, reading gives documents or clear problems."""
    for whole in (HEAD.encode() + data, HEAD.encode() + b"Content-Type: " + data):
        result = read(whole)
        assert result.documents or result.failures
        assert "reader_failed" not in [problem.code for problem in result.failures]
