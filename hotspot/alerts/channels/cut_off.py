"""A bound of time for a whole conversation: timeouts of sockets never end one whose other side drips."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Timer


@contextmanager
def cut_off(connection: socket.socket, seconds: float) -> Iterator[None]:
    """Ends the connection after so long, in whatever its user waits then."""
    twin = connection.dup()  # the same connection; TLS detaches the socket that it wraps
    timer = Timer(seconds, end, (twin,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        twin.close()


def end(connection: socket.socket) -> None:
    with suppress(OSError):  # ended by the other side just now
        connection.shutdown(socket.SHUT_RDWR)
