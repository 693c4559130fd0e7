"""Ending with the service: its processes end too when it is gone and can tell them nothing.

Whatever kills a service, for want of memory perhaps, kills one process. The others would go on
for ever, hold its port, and answer with the version of the program that was there then.
"""

import os
import signal
import threading
import time

VARIABLE = "OUTTURN_SERVE_PROCESS"  # the number of the process that tells the others to end
LOOK_SECONDS = 1.0
ENDING_SECONDS = 10.0  # that there are to end in, once told


def end_with_service() -> None:
    """End as if told to when the service that began this process is gone.

    A process that was begun otherwise goes on by itself.
    """
    service = os.environ.get(VARIABLE, "")
    if service:
        threading.Thread(target=_watch, args=(int(service),), daemon=True).start()


def _watch(service: int) -> None:
    while os.getppid() == service:
        time.sleep(LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(ENDING_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)
