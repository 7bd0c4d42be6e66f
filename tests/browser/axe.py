"""What axe finds in a page: faults that keep people with impairments out."""

from importlib.resources import files

from playwright.async_api import Page

_SCRIPT = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
_RUN = """async () => {
  const found = await axe.run({ resultTypes: ["violations"] });
  return found.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}\\n${html}\\n${failureSummary}`));
}"""


async def faults(page: Page) -> list[str]:
    """Look at the page as it stands now, by every rule there is; one text for each fault."""
    if not await page.evaluate("() => 'axe' in window"):
        await page.evaluate(_SCRIPT)
    return list(await page.evaluate(_RUN))
