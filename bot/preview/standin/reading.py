"""A call's raw arguments from its query string and its body: form, multipart or JSON."""

from collections.abc import Mapping

import msgspec
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from bot.preview.standin.checking import Upload
from bot.preview.standin.errors import RefusalError, bad

BODY_LIMIT = 50 * 1024 * 1024
"""Bytes; Telegram takes files of up to 50 MB from a bot."""

_ATTACHED = "attach://"


async def read_call(request: Request) -> dict[str, object]:
    """Read the arguments of a call, uploads in place of the names that point to them.

    Raises RefusalError for a body that cannot be read or is too large.
    """
    _check_size(request)
    given: dict[str, object] = dict(request.query_params)
    if request.method == "POST":
        given |= await _read_body(request)
    return _attached(given)


def _check_size(request: Request) -> None:
    length = request.headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > BODY_LIMIT:
        raise RefusalError(413, "Request Entity Too Large")


async def _read_body(request: Request) -> Mapping[str, object]:
    match request.headers.get("content-type", "").partition(";")[0].strip().lower():
        case "application/json":
            return _read_json(await request.body())
        case "application/x-www-form-urlencoded" | "multipart/form-data":
            return await _read_form(request)
        case _:
            return {}


def _read_json(body: bytes) -> Mapping[str, object]:
    try:
        decoded = msgspec.json.decode(body) if body.strip() else {}
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        raise bad("can't parse JSON object") from None
    if not isinstance(decoded, dict):
        raise bad("object expected as the body")
    return decoded


async def _read_form(request: Request) -> Mapping[str, object]:
    try:
        async with request.form() as form:
            return await _flattened(form)
    except (HTTPException, MultiPartException, UnicodeError, KeyError, ValueError):
        raise bad("can't parse the form") from None


async def _flattened(form: FormData) -> Mapping[str, object]:
    return {
        name: await _read_file(value) if isinstance(value, UploadFile) else value
        for name, value in form.items()
    }


async def _read_file(file: UploadFile) -> Upload:
    mime = file.content_type or "application/octet-stream"
    return Upload(file.filename or "file", await file.read(), mime)


def _attached(given: Mapping[str, object]) -> dict[str, object]:
    pointed = {
        name: value.removeprefix(_ATTACHED)
        for name, value in given.items()
        if isinstance(value, str) and value.startswith(_ATTACHED)
    }
    read = {name: value for name, value in given.items() if name not in pointed.values()}
    for name, source in pointed.items():
        if not isinstance(given.get(source), Upload):
            raise bad(f"there is no {name} in the request")
        read[name] = given[source]
    return read
