"""Whatever is thrown at it, the stand-in answers in JSON."""

import json

import httpx
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.preview.standin import StandIn, api_app
from bot.preview.standin.rules import METHODS
from tests.kit import TOKEN, StillClock

NAMES = sorted({parameter.name for method in METHODS.values() for parameter in method})
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-3, 3)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(["", "@x", "bold", "/a", "https://example.org", "attach://text", "\u2028"])
)
KEYS = st.sampled_from(
    [
        *("type", "offset", "length", "url", "text", "callback_data", "inline_keyboard"),
        *("keyboard", "message_id", "command", "description", "chat_id", "user_id"),
    ]
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@st.composite
def calls(draw: st.DrawFn) -> tuple[str, dict[str, object]]:
    method = draw(st.sampled_from(sorted(METHODS)))
    own = [parameter.name for parameter in METHODS[method]]
    names = st.sampled_from(own) if own else st.sampled_from(NAMES)
    given_ = draw(st.dictionaries(names | st.text(max_size=5), VALUES, max_size=6))
    given_.pop("timeout", None)  # waiting is not what is tried here
    return method, dict(given_)


@settings(max_examples=400, deadline=None)
@given(calls(), st.sampled_from(["json", "form", "query"]))
async def test_wrong_arguments_are_answered_in_json(
    call: tuple[str, dict[str, object]], way: str
) -> None:
    method, arguments = call
    answer = await ask(method, arguments, way)
    body = answer.json()
    assert body["ok"] is (answer.status_code == 200)
    assert body["ok"] or (body["error_code"] == answer.status_code and body["description"])
    assert answer.status_code < 500


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=200),
    st.sampled_from(
        ["application/json", "application/x-www-form-urlencoded", "multipart/form-data", "x", ""]
    ),
)
async def test_any_body_is_answered_in_json(body: bytes, kind: str) -> None:
    boundary = "; boundary=x" if "multipart" in kind else ""
    async with client() as http:
        answer = await http.post(
            "sendMessage", content=body, headers={"content-type": kind + boundary}
        )
    assert 400 <= answer.status_code < 500
    assert answer.json()["ok"] is False


def client() -> httpx.AsyncClient:
    standin = StandIn(StillClock())
    person = standin.person()
    person.says("/start")
    transport = httpx.ASGITransport(api_app(standin))
    return httpx.AsyncClient(transport=transport, base_url=f"http://standin/bot{TOKEN}/")


async def ask(method: str, arguments: dict[str, object], way: str) -> httpx.Response:
    flat = {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in arguments.items()
    }
    async with client() as http:
        match way:
            case "json":
                return await http.post(method, json=arguments)
            case "form":
                return await http.post(method, data=flat)
            case _:
                return await http.get(method, params=flat)
