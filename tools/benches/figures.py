"""A row of the result, what the design asks of it, and the table."""

from dataclasses import asdict, dataclass, field


@dataclass
class Beside:
    """What somebody else's program did with the same work in the same rounds."""

    name: str
    value: float
    note: str = ""
    peakMiB: float = 0


@dataclass
class Row:
    """One measured thing. `floor` is a least, `ceiling` a most; a row without either only tells."""

    name: str
    what: str
    unit: str
    ours: float
    floor: float | None = None
    ceiling: float | None = None
    process: float | None = None
    peakMiB: float | None = None
    beside: list[Beside] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    figures: dict = field(default_factory=dict)

    @property
    def holds(self):
        if self.floor is not None:
            return self.ours >= self.floor
        return None if self.ceiling is None else self.ours <= self.ceiling

    @property
    def verdict(self):
        """Whether it holds, and by how much of the asked figure."""
        asked = self.floor if self.floor is not None else self.ceiling
        if asked is None:
            return ""
        part = abs(self.ours - asked) / asked * 100
        return f"{'holds' if self.holds else 'MISSES'} by {part:.0f} %"

    @property
    def asked(self):
        if self.floor is not None:
            return f"≥ {show(self.floor, self.unit)}"
        return "" if self.ceiling is None else f"≤ {show(self.ceiling, self.unit)}"

    def json(self):
        return {**asdict(self), "holds": self.holds,
                "ratios": {peer.name: self.ours / peer.value for peer in self.beside}}


def show(value, unit):
    """A figure with its unit: rates in millions a second, everything else as it is."""
    if unit.endswith("/s"):
        return f"{value / 1e6:,.2f} M {unit}" if value < 1e8 else f"{value / 1e6:,.0f} M {unit}"
    return f"{value:,.2f} {unit}"


HEADING = ["", "rate or size", "whole process", "peak", "ours ÷ it", "asked", ""]
LEFT = {0, 6}


def table(rows):
    """Aligned lines: ours, and under each what ran beside it, or why not."""
    lines = [HEADING]
    for row in rows:
        lines.append(ours(row))
        lines += [beside(row, other) for other in row.beside]
        lines += [[f"  {reason}"] for reason in row.remarks]
    full = [line for line in lines if len(line) > 1]
    widths = [max(len(line[column]) for line in full) for column in range(len(HEADING))]
    return "\n".join(aligned(line, widths) for line in lines)


def aligned(line, widths):
    return "  ".join(
        text.ljust(width) if column in LEFT else text.rjust(width)
        for column, (text, width) in enumerate(zip(line, widths))).rstrip()


def ours(row):
    process = "" if row.process is None else show(row.process, row.unit)
    return [row.what, show(row.ours, row.unit), process, mebibytes(row.peakMiB), "", row.asked,
            row.verdict]


def beside(row, other):
    return [f"  {other.name}", show(other.value, row.unit), "", mebibytes(other.peakMiB),
            f"{row.ours / other.value:.2f}", "", other.note]


def mebibytes(value):
    return f"{value:,.0f} MiB" if value else ""
