"""What a reader finds in a file: where a number lies, and how it lies there."""

import struct
from dataclasses import dataclass

FORMATS = {
    "uint16": "H", "int16": "h", "uint32": "I", "int32": "i", "uint64": "Q", "int64": "q",
    "float32": "f",
}
WIDTHS = {"H": 1, "h": 1, "I": 2, "i": 2, "Q": 4, "q": 4, "f": 2}


@dataclass
class Point:
    name: str
    unit: int
    register: int
    type: str
    order: str = "ABCD"
    host: str | None = None
    port: int | None = None
    # How the tool makes a number of words; None: by type and order.
    decode: object = None

    @property
    def width(self):
        return WIDTHS[FORMATS[self.type]]

    def value(self, words):
        if self.decode:
            return self.decode(words)
        return number(words, self.type, self.order)


def number(words, kind, order):
    """Letters say which byte comes first; A is the most significant."""
    words = list(words)
    if order in ("CDAB", "DCBA"):
        words.reverse()
    data = b"".join(struct.pack(">H" if order in ("ABCD", "CDAB") else "<H", w) for w in words)
    return struct.unpack(">" + FORMATS[kind], data)[0]


def check(condition, message):
    if not condition:
        raise SystemExit(message)


def keys(table, allowed, where):
    for key, value in table.items():
        check(key in allowed, f"{where}: there is no {key}")
        wanted = allowed[key]
        right = wanted(value) if callable(wanted) and not isinstance(wanted, type) \
            else isinstance(value, wanted) and not (wanted is int and isinstance(value, bool))
        check(right, f"{where}: {key} = {value!r}")
