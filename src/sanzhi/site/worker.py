"""What a worker process of `sanzhi serve` loads: the application, and an end with its parent."""

import gc
import multiprocessing
import os
import signal
import threading
import time

from sanzhi.site.wsgi import application

__all__ = ["application"]

# What is loaded so far (the law among it) lives as long as the process: the collector need not look
# through it again. A bulk lodging makes tens of thousands of objects that end with it, and looking
# for circles among them at each 700 took a tenth of its time.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)

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
