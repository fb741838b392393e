"""What is called when a variable goes out of scope."""

from pathlib import Path

import pytest

from tests.link.test_macros import CLEANUP
from tests.resolve.playing import calls, played, reached

CODE = f"""{CLEANUP}
struct thing;
struct ops {{ void (*end)(struct thing *t); }};
struct thing {{ const struct ops *ops; int n; }};
static void end_a(struct thing *t) {{ }}
static void end_b(struct thing *t) {{ }}
static const struct ops a = {{ .end = end_a }};
static const struct ops b = {{ .end = end_b }};
struct thing *make(void)
{{
	struct thing *t = kmalloc(8, 0);

	t->ops = &a;
	return t;
}}
struct thing *other(void)
{{
	struct thing *t = kmalloc(8, 0);

	t->ops = &b;
	return t;
}}
"""


def test_what_is_freed_is_what_the_variable_holds_in_the_end(tmp_path: Path) -> None:
    path = played(
        tmp_path,
        CODE
        + """
DEFINE_FREE(thing, struct thing *, if (_T) _T->ops->end(_T))
int sys_go(int n)
{
	struct thing *t __free(thing) = NULL;

	if (n < 0)
		return -22;
	t = make();
	return 0;
}
""",
    )
    assert calls(path) == {"__free_thing: _T->ops->end": "bound: end_a"}


def test_a_lock_is_dropped_behind_a_return(tmp_path: Path) -> None:
    path = played(
        tmp_path,
        CODE
        + """
static int work(int n) { return n; }
int sys_go(int n)
{
	CLASS(file, f)(n);

	scoped_guard(file, n) {
		done(&n);
	}
	return work(n);
}
""",
        full=True,
    )
    known = {"get", "put", "work", "done"}
    made = {"class_file_constructor", "class_file_destructor"}
    assert reached(path) >= known | made


@pytest.mark.parametrize(
    "hooks",
    [
        "typeof(_do) _res = _do; _res;",
        "typeof(_do) _res; if (profiled) { _res = _do; } else { _res = _do; } _res;",
        "_do;",
    ],
)
def test_what_a_macro_keeps_is_told_as_its_use(tmp_path: Path, hooks: str) -> None:
    path = played(
        tmp_path,
        CODE
        + f"#define hooks(_do) ({{ {hooks} }})"
        + """
#define set_up(...) hooks(set_up_noprof(__VA_ARGS__))
static int set_up_noprof(struct thing *t, const struct ops *ops)
{
	t->ops = ops;
	return 0;
}
int sys_go(int n)
{
	struct thing *t = kmalloc(8, 0);

	if (set_up(t, &a) < 0)
		return -12;
	t->ops->end(t);
	return 0;
}
""",
    )
    (edge,) = (edge for edge in path.edges if edge.expression == "t->ops->end")
    assert "set_up(t, &a) < 0" in [why.text for why in edge.why]
