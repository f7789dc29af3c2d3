"""A parent with children that end, crash, refuse to end, or lose their parent; all are real processes."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from hotspot.supervisor import Child
from tests.hotspot.polled_city import until

# What a child does, READY being where it writes down its process id.
GOOD = "import signal, sys\nsignal.signal(15, lambda *_: sys.exit(0))\nREADY\nsignal.pause()"
DEAF = "import signal\nsignal.signal(15, signal.SIG_IGN)\nREADY\nsignal.pause()"
MISTAKEN = "import sys\nREADY\nsys.exit(78)"
WITH_PARENT = """
import os, signal
from hotspot.supervisor import when_parent_ends
when_parent_ends(lambda: os.kill(os.getpid(), 15))
READY
signal.pause()
"""


def script(tmp_path: Path, *children: str) -> list[str]:
    """A supervisor of these children."""
    lines = ["import sys", "from hotspot import supervisor", "supervisor.GRACE_S = 1"]
    for number, body in enumerate(children):
        note = f"open({str(tmp_path / f'{number}.pids')!r}, 'a').write(str(__import__('os').getpid()) + chr(10))"
        path = tmp_path / f"child{number}.py"
        path.write_text(body.replace("READY", note))
        lines.append(f"c{number} = supervisor.Child('c{number}', [sys.executable, {str(path)!r}])")
    lines.append(f"sys.exit(supervisor.supervise([{', '.join(f'c{n}' for n in range(len(children)))}]))")
    return [sys.executable, "-c", "\n".join(lines)]


def pids(tmp_path: Path, number: int) -> list[int]:
    path = tmp_path / f"{number}.pids"
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(") ")[1][0] != "Z"
    except OSError:
        return False


def start(tmp_path: Path, *children: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(script(tmp_path, *children), env={**os.environ, "PYTHONPATH": str(Path.cwd())})


def test_end_of_the_parent_ends_all_children(tmp_path: Path) -> None:
    parent = start(tmp_path, GOOD, GOOD)
    children = [until(lambda: pids(tmp_path, 0))[0], until(lambda: pids(tmp_path, 1))[0]]
    parent.send_signal(signal.SIGTERM)
    assert parent.wait(10) == 0
    assert not any(map(lives, children))


def test_child_that_ends_is_started_again(tmp_path: Path) -> None:
    parent = start(tmp_path, GOOD)
    first = until(lambda: pids(tmp_path, 0))[0]
    os.kill(first, signal.SIGKILL)
    until(lambda: len(pids(tmp_path, 0)) == 2)
    parent.terminate()
    assert parent.wait(10) == 0


def test_mistake_of_configuration_stops_everything(tmp_path: Path) -> None:
    parent = start(tmp_path, GOOD, MISTAKEN)
    assert parent.wait(20) == 78
    assert not any(map(lives, pids(tmp_path, 0)))
    assert len(pids(tmp_path, 1)) == 1


def test_child_that_does_not_end_is_killed(tmp_path: Path) -> None:
    parent = start(tmp_path, DEAF)
    child = until(lambda: pids(tmp_path, 0))[0]
    parent.terminate()
    assert parent.wait(10) == 0
    assert not lives(child)


def test_killed_parent_leaves_no_orphan(tmp_path: Path) -> None:
    parent = start(tmp_path, WITH_PARENT)
    child = until(lambda: pids(tmp_path, 0))[0]
    parent.kill()
    parent.wait()
    until(lambda: not lives(child))


def test_back_off_grows_and_a_good_run_forgets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    child = Child("c", ["true"])
    waits = []
    for _ in range(8):
        child.started_at = now - 1
        child.plan_restart()
        waits.append(child.due_at - now)
    assert waits == [0.5, 1, 2, 5, 10, 30, 30, 30]
    child.started_at = now - 61
    child.plan_restart()
    assert child.due_at - now == 0.5


def test_children_come_and_go_as_they_are_wanted(tmp_path: Path) -> None:
    """One that is mistaken ends alone; who isn't wanted any more is ended, and the others are left as they are."""
    (tmp_path / "mistaken.py").write_text(MISTAKEN.replace("READY", ""))
    good = tmp_path / "good.py"
    good.write_text(GOOD.replace("READY", f"open({str(tmp_path)!r} + '/' + sys.argv[1], 'a').write('x')"))
    wanted = tmp_path / "wanted"
    wanted.write_text("a b mistaken")
    lines = (
        "import sys",
        "from pathlib import Path",
        "from hotspot import supervisor",
        "supervisor.WANTED_S = supervisor.STAGGER_S = 0.1",
        f"here = Path({str(tmp_path)!r})",
        "file = lambda name: here / ('mistaken.py' if name == 'mistaken' else 'good.py')",
        "asked = lambda: {n: (sys.executable, str(file(n)), n) for n in (here / 'wanted').read_text().split()}",
        "sys.exit(supervisor.supervise([], asked))",
    )
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    parent = subprocess.Popen([sys.executable, "-c", "\n".join(lines)], env=environment)
    until(lambda: (tmp_path / "a").exists() and (tmp_path / "b").exists())
    wanted.write_text("b c mistaken")
    until(lambda: (tmp_path / "c").exists())
    assert parent.poll() is None
    parent.terminate()
    assert parent.wait(10) == 0
    assert [(tmp_path / name).read_text() for name in "abc"] == ["x", "x", "x"]
