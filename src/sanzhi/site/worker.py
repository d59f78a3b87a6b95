"""What a worker process of `sanzhi serve` loads: the application, and an end with its parent."""

import multiprocessing
import os
import signal
import threading
import time

from sanzhi.site.wsgi import application

__all__ = ["application"]

#: Seconds between two looks at the parent, and until an end that was asked for is made.
_EVERY = 1.0


def _end_with(parent: int) -> None:
    """A server that was killed cannot end its workers: they would keep the port from the next."""
    while os.getppid() == parent:
        time.sleep(_EVERY)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_EVERY)
    os._exit(1)


if (_server := multiprocessing.parent_process()) and _server.pid is not None:
    threading.Thread(target=_end_with, args=(_server.pid,), name="parent", daemon=True).start()
