"""``xref kernels``, ``add``, ``index``, ``forget``, ``doctor``: what can be asked."""

from collections.abc import Iterator

import click

from xref.cli.exits import Exit, hinted
from xref.cli.kernel import indexed_now
from xref.cli.options import debug_option, format_option, tree_option
from xref.cli.progress import reported
from xref.cli.terminal import write, write_table
from xref.errors import SourceError
from xref.pipeline import Indexed, IndexOptions
from xref.pipeline.cluster import address_of
from xref.pipeline.forgetting import forget as remove
from xref.pipeline.health import checkup
from xref.pipeline.questions import indexed_version, listed
from xref.present.as_table import Cell, TableFormat
from xref.sources import add_kernel, home_of, known_kernels


@click.command(
    epilog="""\b
Examples:
  xref add ~/src/linux              a repository: every tag, branch and commit of it
  xref add linux-6.1.tar.xz         an archive: unpacked into the cache
  xref add ~/src/vendor --name box  a folder; asked for as --kernel box
"""
)
@click.argument("place")
@click.option("--name", metavar="NAME", default="", help="What --kernel may call it.")
@debug_option
def add(*, place: str, name: str) -> None:
    """Register PLACE: a git repository, folder, archive or address of a repository."""
    with reported() as on_progress:
        found = add_kernel(place, home=home_of(), name=name, on_progress=on_progress)
    many = f" and {found.versions - 1} more" if found.versions > 1 else ""
    write(f"{found.version or 'nothing fetched yet'}{many}  {found.origin}\n")


@click.command(
    epilog="""\b
Examples:
  xref index --kernel v6.1              what a path of a system call needs
  xref index --kernel v6.1 --scope all  the whole tree
  xref index --kernel v6.1 --scope core --scope drivers/net
  xref index --kernel v6.1 --kernel v6.12   one after the other; what they share once
  xref index --kernel v6.1 --on dask://HOST:PORT

A question indexes what it needs by itself; this does it ahead.  What a stopped run
has read is not read again.
"""
)
@click.option(
    "--kernel",
    "-k",
    "versions",
    metavar="VERSION",
    multiple=True,
    help="A tag, a version or a commit. Default: the newest. May be given again.",
)
@tree_option
@click.option(
    "--scope",
    "scopes",
    metavar="NAME",
    multiple=True,
    default=("core",),
    show_default=True,
    help="A named part of the tree, a folder or a file. May be given again.",
)
@click.option(
    "--on",
    "place",
    metavar="dask://HOST:PORT",
    default="",
    help="Read on the cluster of this Dask scheduler. Default: on this machine.",
)
@debug_option
def index(
    *, versions: tuple[str, ...], tree: str, scopes: tuple[str, ...], place: str
) -> int:
    """Read kernels into the index.

    One that cannot be had does not keep the others from being read.
    """
    if place:
        address_of(place)  # before any work
    options = IndexOptions(scopes, cluster=place)
    code = Exit.COMPLETE
    for asked in dict.fromkeys(versions) or ("",):
        try:
            version, done = indexed_now(home_of(), asked, tree, options)
        except SourceError as fault:
            if len(versions) < 2:  # noqa: PLR2004
                raise
            click.echo(f"xref: {hinted(str(fault), fault.hint)}", err=True)
            code = Exit.ERROR
            continue
        for line in _told(done) if done else ():
            click.echo(f"xref: {line}", err=True)
        write(f"{version} is indexed\n")
    return code


def _told(done: Indexed) -> Iterator[str]:
    """What was done, for a person."""
    rate = done.new_bytes / 1e6 / max(done.seconds, 0.01)
    share = done.error_bytes / max(done.size_bytes, 1)
    yield (
        f"{done.n_files} files, {done.n_new} of them read now: {done.n_facts} facts of "
        f"{done.new_bytes / 1e6:.0f} MB in {done.seconds:.1f} s, {rate:.1f} MB/s; "
        f"{share:.2%} could not be read; the index has {done.index_bytes / 1e6:.0f} MB"
    )
    if done.missing:
        names = ", ".join(done.missing)
        yield f"idioms that this kernel has nothing of: {names}"


@click.command(
    epilog="""\b
A kernel that is registered or cached needs no network; one that is indexed answers at
once.  Others are fetched when they are asked for: xref path connect --kernel v6.1
"""
)
@format_option
@debug_option
def kernels(*, form: str) -> int:
    """List the kernels that are registered, cached or indexed."""
    home = home_of()
    ready = {str(row[0]): row for row in listed(home.path)}
    rows: list[tuple[Cell, ...]] = []
    for known in known_kernels(home):
        _, state, *facts, _ = ready.pop(known.version, (None,) * 7)
        states = ", ".join(filter(None, (known.state, str(state or ""))))
        rows.append((known.version, known.name, states, *_sized(facts), known.origin))
    for version, state, *facts, origin in ready.values():
        rows.append((version, "", state, *_sized(facts), origin))
    if not rows:
        click.echo("xref: no kernel is known yet; as in: xref index -k v6.1", err=True)
    columns = ("kernel", "name", "state", "scopes", "files", "mb", "indexed_at")
    write_table((*columns, "origin"), rows, TableFormat(form))
    return Exit.COMPLETE if rows else Exit.NOTHING


def _sized(facts: list[Cell]) -> tuple[Cell, ...]:
    """Scopes, files, megabytes of source and time of an indexed kernel."""
    scopes, files, size, since = facts
    return scopes, files, None if size is None else round(float(size) / 1e6, 1), since


@click.command(
    epilog="""\b
Examples:
  xref forget 6.1.187               as `xref kernels` lists it

What other kernels share stays; a repository, folder or archive of yours does, too.
"""
)
@click.argument("version")
@debug_option
def forget(*, version: str) -> None:
    """Remove the kernel VERSION from the index, and what was unpacked of it."""
    freed = remove(home_of().path, version)
    write(
        f"{version} is forgotten: {freed.blobs} contents that no other kernel has; "
        f"{freed.index_bytes / 1e6:.0f} MB of index and "
        f"{freed.source_bytes / 1e6:.0f} MB of source are free\n"
    )


@click.command(
    epilog="""\b
Examples:
  xref doctor                       the newest kernel of the index
  xref doctor --kernel 6.1.192

Exit code 1 says that a check failed.
"""
)
@click.option(
    "--kernel", "-k", metavar="VERSION", default="", help="Which indexed kernel."
)
@format_option
@debug_option
def doctor(*, kernel: str, form: str) -> int:
    """Check that the index is sound, and how well a kernel was read."""
    home = home_of().path
    found = list(checkup(home, indexed_version(home, kernel)))
    rows = [
        (each.check, each.found, "good" if each.is_good else "BAD", each.note)
        for each in found
    ]
    columns = ("check", "found", "verdict", "note")
    write_table(columns, rows, TableFormat(form))
    bad = sum(not each.is_good for each in found)
    if bad:
        click.echo(f"xref: {bad} of {len(found)} checks failed", err=True)
    return Exit.ERROR if bad else Exit.COMPLETE
