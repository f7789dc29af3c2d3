"""One parent, some children: starts them, starts them again when they end, ends them all together.

Each child's standard input is a pipe that only the parent holds open: when the parent dies in any way, its children
read the end of it and stop themselves.
"""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from hotspot.settings import EX_CONFIG

log = logging.getLogger(__name__)
PARENT = "HOTSPOT_PARENT"  # set for children whose standard input is the parent's pipe
BACK_OFF_S = (0.5, 1, 2, 5, 10, 30)
GOOD_S = 60  # a child that ran so long starts again at once
GRACE_S = 9.5
TICK_S = 0.2
WANTED_S = 5  # between two questions which children are wanted
STAGGER_S = 1.0  # about what a start costs


def when_parent_ends(act: Callable[[], object]) -> None:
    """In a child of the supervisor: call `act`, in a thread, when the supervisor is gone."""
    if os.environ.get(PARENT):
        threading.Thread(target=wait_for_end, args=(act,), name="parent", daemon=True).start()


def wait_for_end(act: Callable[[], object]) -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    act()


@dataclass(slots=True)
class Child:
    """A command that is kept running. `alone`: its mistake of configuration is no reason to end the others."""

    name: str
    command: Sequence[str]
    alone: bool = False
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    due_at: float = field(default_factory=time.monotonic)
    failures: int = 0

    def start(self) -> None:
        """In a process group of its own, so that Ctrl-C reaches the supervisor alone, which ends all in order."""
        environment = {**os.environ, PARENT: "1"}
        self.process = subprocess.Popen(  # noqa: S603  # our own commands
            self.command, stdin=subprocess.PIPE, env=environment, process_group=0
        )
        self.started_at = time.monotonic()

    def look(self) -> int | None:
        """Start it when it is due; its exit code when it has ended just now, else None."""
        if self.process is None:
            if time.monotonic() >= self.due_at:
                self.start()
            return None
        code = self.process.poll()
        if code is not None:
            self.plan_restart()
        return code

    def plan_restart(self) -> None:
        if time.monotonic() - self.started_at > GOOD_S:
            self.failures = 0
        self.due_at = time.monotonic() + BACK_OFF_S[min(self.failures, len(BACK_OFF_S) - 1)]
        self.failures += 1
        self.close()

    def close(self) -> None:
        if self.process and self.process.stdin:
            self.process.stdin.close()
        self.process = None

    def ask_to_end(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def end(self, deadline: float) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.warning("%s did not end in time and is killed", self.name)
            self.process.kill()
            self.process.wait()
        self.close()


Wanted = Callable[[], Mapping[str, Sequence[str]]]


def supervise(children: Sequence[Child], wanted: Wanted | None = None) -> int:
    """Until SIGTERM or SIGINT, or until a child ends by a mistake of configuration; the exit code.

    `wanted` names further children and their commands; it is asked again and again, and they come and go with it.
    """
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    code, kept = 0, {child.name: child for child in children}
    asked_at = time.monotonic() - WANTED_S
    while not stop.wait(TICK_S):
        if wanted is not None and time.monotonic() - asked_at >= WANTED_S:
            asked_at = time.monotonic()
            follow(kept, wanted())
        for child in kept.values():
            ended = child.look()
            if ended == EX_CONFIG and not child.alone:
                code = EX_CONFIG
                stop.set()
            elif ended is not None:
                wait_s = child.due_at - time.monotonic()
                log.warning("%s ended with code %d; started again in %.1f s", child.name, ended, wait_s)
    end_all(kept.values())
    return code


def follow(kept: dict[str, Child], wanted: Mapping[str, Sequence[str]]) -> None:
    """End those that are not wanted any more; let new ones start one after the other, so that none waits for all."""
    gone = [name for name, child in kept.items() if child.alone and name not in wanted]
    end_all([kept.pop(name) for name in gone])
    new = [name for name in wanted if name not in kept]
    for number, name in enumerate(new):
        kept[name] = Child(name, wanted[name], alone=True, due_at=time.monotonic() + number * STAGGER_S)
    for name in (*gone, *new):
        log.info("%s %s", name, "is started" if name in kept else "was ended")


def end_all(children: Collection[Child]) -> None:
    deadline = time.monotonic() + GRACE_S
    for child in children:
        child.ask_to_end()
    for child in children:
        child.end(deadline)
