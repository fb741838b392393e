"""Facts of one kernel as linking reads them."""

from contextlib import closing
from functools import partial
from pathlib import Path

from tests.trees import open_tree, write_tree
from xref.pipeline import IndexOptions, index
from xref.store.database import database_path, open_for_reading
from xref.store.reader import LinkReader

ALL = IndexOptions(("all",), processes=1)
OLD = "\n".join(
    f"//- v kernel/f{n}.c\nint *p{n};\nvoid f{n}(int *a) {{ p{n} = a; }}"
    for n in range(9)
)
LONG = " ".join(f"p{n} = b;" for n in range(500))
NEW = f"//- v kernel/f0.c\nint *p0;\nvoid f0(int *b) {{ p0 = b; {LONG} }}"


def test_two_who_share_the_stores_read_each_once_whatever_is_loaded_meanwhile(
    tmp_path: Path,
) -> None:
    tree = write_tree(tmp_path / "tree", OLD)
    index(tmp_path, open_tree(tree, tmp_path), ALL)
    path = database_path(tmp_path)
    opened = partial(open_for_reading, path, is_mapped=False)
    with closing(LinkReader(opened, 1)) as reader, closing(opened()) as db:
        first, second = reader.stores(0, 0.4), reader.stores(0.4, 1)
        newer = write_tree(write_tree(tmp_path / "newer", OLD, 2), NEW, 2)
        index(tmp_path, open_tree(newer, tmp_path), ALL)
        reader.reconnect()
        read = [blob for blob, _ in (*first, *second)]
        blobs = db.execute("select blob from file where kernel = 1 order by 1")
        assert read == [blob for (blob,) in blobs]
