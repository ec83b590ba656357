"""Pictures of a journey, each with its sentence; kept where PICTURES names a folder for them."""

import os
from pathlib import Path

from playwright.sync_api import Locator, Page

TALLEST = 1500
FOLD = 1000


class Walk:
    """Takes the pictures in order, and writes the page that shows them."""

    def __init__(self, title: str, introduction: str) -> None:
        folder = os.environ.get("PICTURES")
        self.folder = Path(folder) if folder else None
        self.lines = [f"# {title}", "", introduction, ""]
        self.number = 0

    def show(self, page: Page, name: str, sentence: str, *hidden: Locator) -> None:
        """Keep the page as it is now; what stands at `hidden` is blanked out."""
        self.number += 1
        if self.folder is None:
            return
        file = f"{self.number:02d}-{name}.png"
        height = int(page.evaluate("document.documentElement.scrollHeight"))
        page.screenshot(
            path=self.folder / file,
            full_page=True,
            clip={"x": 0, "y": 0, "width": 1200, "height": height if height < TALLEST else FOLD},
            mask=list(hidden),
            mask_color="#e8e8e8",
        )
        self.lines += [f"## {self.number}. {sentence}", "", f"![{sentence}](walk/{file})", ""]

    def write(self) -> None:
        """Write the page beside the folder of the pictures."""
        if self.folder is not None:
            (self.folder.parent / "walk.md").write_text("\n".join(self.lines))
