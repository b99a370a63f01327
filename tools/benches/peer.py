"""What a peer's program shares: it prepares once, then measures whenever it is asked to.

Standing by is fair to the peer: start-up, imports and compiling are not in its figure. Each line on
stdin is one request; each answer is one line of JSON on stdout.
"""

import json
import resource
import sys
import time


def serve(measure, **said):
    """Warms up, says what stands by, then answers until stdin ends.

    `measure()` does the work once and returns figures; the seconds it takes are added here unless
    it says them itself.
    """
    timed(measure)
    print(json.dumps(said), flush=True)
    for _ in sys.stdin:
        figures = timed(measure)
        figures["peakMiB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(figures), flush=True)


def timed(measure):
    started, used = time.perf_counter(), time.process_time()
    figures = measure()
    elapsed = time.perf_counter() - started
    figures.setdefault("seconds", elapsed)
    figures["cpuShare"] = (time.process_time() - used) / elapsed
    return figures
