"""Running contexts without a loop: sums and last values within the events of one instrument."""

import numpy as np


class Running:
    """The order of some events by key. Every key's context is 0 before its first event."""

    def __init__(self, keys):
        self.count = len(keys)
        one = self.count == 0 or bool((keys == keys[0]).all())
        self.order = None if one else np.argsort(keys, kind="stable")
        starts = np.zeros(self.count, bool)
        starts[:1] = True
        if not one:
            in_order = keys[self.order]
            starts[1:] = in_order[1:] != in_order[:-1]
        self.starts = starts
        self.places = np.arange(self.count)
        self.begin = np.maximum.accumulate(np.where(starts, self.places, 0))

    def sums(self, steps):
        """The sum of the steps of the same key up to and with each event, wrapping."""
        return self.restore(self.sorted_sums(self.sort(steps)))

    def latest(self, changed, values):
        """For each event the value of the last one of its key, itself included, that changed."""
        changed, values = self.sort(changed), self.sort(values)
        last = np.maximum.accumulate(np.where(changed, self.places, -1))
        return self.restore(np.where(last >= self.begin, values[last], 0))

    def ids(self, steps):
        """Ids where each is the key's one before, plus 1 unless that is 0, plus a step."""
        if not steps.any():
            return np.zeros(self.count, np.int64)
        steps = self.sort(steps)
        ids = self.sorted_sums(steps + ~self.starts)
        if not ids.all():
            ids = self.ids_with_zeros(steps)
        return self.restore(ids)

    def ids_with_zeros(self, steps):
        """The rare case, one by one: an id of 0 amid others, after which no 1 is added."""
        ids, value = np.empty(self.count, np.int64), 0
        for place, (step, starts) in enumerate(zip(steps.tolist(), self.starts.tolist())):
            value = 0 if starts else value
            value = wrapped((value + 1 if value else 0) + step)
            ids[place] = value
        return ids

    def sorted_sums(self, steps):
        sums = np.cumsum(steps)
        return sums - (sums - steps)[self.begin]

    def sort(self, values):
        return values if self.order is None else values[self.order]

    def restore(self, values):
        if self.order is None:
            return values
        restored = np.empty_like(values)
        restored[self.order] = values
        return restored


def wrapped(value):
    """An integer modulo 2⁶⁴, as a signed one."""
    return (value + 2**63) % 2**64 - 2**63
