"""Small kernel trees in a folder, for tests that go through several stages."""

from pathlib import Path

from tests.markers import files_of
from xref.sources.folder import open_folder
from xref.sources.home import Home
from xref.sources.trees import KernelTree

MAKEFILE = "VERSION = 6\nPATCHLEVEL = {minor}\nSUBLEVEL = 0\nEXTRAVERSION =\n"


def write_tree(root: Path, case: str, minor: int = 1) -> Path:
    """Write the files of a case, which are separated by ``//- v PATH``."""
    for (_, path), code in files_of(case).items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(code)
    (root / "Makefile").write_text(MAKEFILE.format(minor=minor))
    (root / "Kbuild").write_text("")
    (root / "Kconfig").write_text("")
    for folder in ("arch", "kernel", "include"):
        (root / folder).mkdir(exist_ok=True)
    return root


def open_tree(root: Path, home: Path) -> KernelTree:
    """Open a folder as a kernel."""
    return open_folder(root, Home(home))
