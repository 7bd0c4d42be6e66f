"""The README's pictures are drawn from what the bot says today."""

import struct
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.browser.pictures import FOLDER, PICTURES, draw, main

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_picture_shows_the_whole_page_twice_as_sharp(
    browser: Browser, tmp_path: Path
) -> None:
    phone = PICTURES[0]
    head = (await draw(browser, phone, tmp_path)).read_bytes()[:24]
    assert struct.unpack(">II", head[16:]) == tuple(2 * side for side in phone.size)


async def test_every_picture_lies_where_the_readme_looks_for_it() -> None:
    assert [one.file for one in PICTURES if not (FOLDER / one.file).is_file()] == []


async def test_a_folder_that_is_none_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--to", "nowhere"])
    assert "nowhere is no folder; make it first" in capsys.readouterr().err
