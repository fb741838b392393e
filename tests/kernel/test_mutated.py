"""Real files that were spoilt: facts or problems, never a fault, and soon."""

import random
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Final

import pytest

from xref.data_files import read_data
from xref.parse.lexicon import lexicon_of
from xref.pipeline.workers import rows_from
from xref.sources import home_of, open_kernel
from xref.sources.trees import no_progress

pytestmark = pytest.mark.kernel

N_FILES: Final = 2000
LARGEST_BYTES: Final = 60_000
MOST_SECONDS: Final = 10.0
"""Of a processor, for one file; whole ones of that size take a tenth of a second."""
PIECES: Final = (
    *(b"{", b"}", b"(", b")", b";", b",", b'"', b"'", b"/*", b"*/", b"\\\n", b"\0"),
    *(b"\n#if X\n", b"\n#else\n", b"\n#endif\n", b"#define A(x) ", b"struct s {"),
    *(b"\xff", b"= {", b"__init ", b"case 1:", b"[", b"]", b"SYSCALL_DEFINE3("),
)


def spoilt(data: bytes, chance: random.Random) -> bytes:
    """A file with a few faults: cut off, or with parts gone, twice, strange, moved."""
    if chance.random() < 0.25:
        return data[: chance.randrange(len(data))]
    for _ in range(chance.randint(1, 6)):
        start = chance.randrange(len(data) + 1)
        end = min(start + chance.choice((1, 8, 80, 2000)), len(data))
        part = data[start:end]
        new = chance.choice((b"", part * 2, chance.choice(PIECES), bytes(len(part))))
        if chance.random() < 0.2:
            new = bytes(byte ^ (1 << chance.randrange(8)) for byte in part)
        data = data[:start] + new + data[end:]
    return data


def slowest(contents: Sequence[tuple[str, bytes]]) -> tuple[float, str]:
    """Read spoilt files; the longest time that one took, and which."""
    lexicon = lexicon_of(read_data("lexicon.toml"))
    times = [(0.0, "")]
    for path, data in contents:
        began = time.process_time()
        rows = rows_from(spoilt(data, random.Random(path)), lexicon)  # noqa: S311
        assert rows.error_bytes <= rows.size_bytes, path
        times.append((time.process_time() - began, path))
    return max(times)


def test_spoilt_files_are_read_without_a_fault() -> None:
    with open_kernel("v6.1", home=home_of(), on_progress=no_progress) as tree:
        files = [
            file
            for file in tree.files()
            if Path(file.path).suffix in {".c", ".h"}
            and 0 < file.size_bytes <= LARGEST_BYTES
        ]
        chosen = random.Random(0).sample(files, N_FILES)  # noqa: S311
        contents = [(file.path, data) for file, data in tree.read(chosen)]
    with ProcessPoolExecutor() as pool:
        parts = [contents[start : start + 50] for start in range(0, N_FILES, 50)]
        found = max(pool.map(slowest, parts, timeout=900))
    assert found[0] < MOST_SECONDS, found
