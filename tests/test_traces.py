"""What the benchmark that traces a kernel reads out of a function graph."""

import importlib.util
from collections import Counter
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent / "benchmarks"

GRAPH = """
# tracer: function_graph
mutex_unlock();
x64_sys_call() {
  __x64_sys_send() {
    lookup();
    send_it.isra.0() {
      irq_enter_rcu();
      __sysvec_timer() {
        tick();
      } /* __sysvec_timer */
      queue() {
        __do_softirq() {
          handle_softirqs() {
            receive [driver]();
          }
        }
      } /* queue */
      handle_softirqs() {
        receive();
      }
      schedule() {
        other_task();
      }
    } /* send_it.isra.0 */
    lookup();
  } /* __x64_sys_send */
} /* x64_sys_call */
task_work_run() {
  fput();
}
"""


def _script(name: str) -> Any:  # noqa: ANN401 - a script is no module
    spec = importlib.util.spec_from_file_location(name, _FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _edges(graph: str, call: str) -> Any:  # noqa: ANN401 - what the script gives
    return _script("trace_kernel").edges_of(graph.splitlines(), call)


def test_a_graph_is_edges_without_what_interrupts_it() -> None:
    assert _edges(GRAPH, "send") == Counter(
        {
            ("__x64_sys_send", "lookup", "task"): 2,
            ("__x64_sys_send", "send_it", "task"): 1,
            ("send_it", "queue", "task"): 1,
            ("queue", "__do_softirq", "task"): 1,
            ("__do_softirq", "handle_softirqs", "softirq"): 1,
            ("handle_softirqs", "receive", "softirq"): 1,
            ("send_it", "schedule", "task"): 1,
            ("task_work_run", "fput", "taskwork"): 1,
        }
    )


def test_another_call_is_not_counted() -> None:
    graph = "__x64_sys_write() {\n  vfs_write();\n}\n"
    assert not _edges(graph, "send")


def test_an_edge_is_found_past_what_the_tracer_cannot_show() -> None:
    leads = _script("trace_score").leads
    graph = {"f": {"inline"}, "inline": {"g", "seen"}, "seen": {"h"}}
    visible = frozenset({"f", "g", "h", "seen"})
    assert leads(graph, visible, ("f", "g"))
    assert leads(graph, visible, ("f", "seen"))
    assert not leads(graph, visible, ("f", "h"))
    assert not leads(graph, visible, ("g", "f"))
