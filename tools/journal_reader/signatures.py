"""Ed25519 signatures checked as RFC 8032, section 5.1.7, states it: slow, short, for whole notes."""

from hashlib import sha512

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def recovered(y, sign):
    """The x of a point on the curve with this y and sign; None where there is none."""
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P)
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    return x if x & 1 == sign else P - x


def point(data):
    """A point from its 32 bytes, in extended coordinates; None where they are none."""
    number = int.from_bytes(data, "little")
    y = number & (1 << 255) - 1
    x = recovered(y, number >> 255)
    return None if x is None else (x, y, 1, x * y % P)


BASE = (recovered(4 * pow(5, P - 2, P) % P, 0), 4 * pow(5, P - 2, P) % P)
BASE = (*BASE, 1, BASE[0] * BASE[1] % P)


def added(a, b):
    s, t = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    u, v = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = t - s, v - u, v + u, t + s
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number, base):
    total = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = added(total, base)
        base = added(base, base)
        number >>= 1
    return total


def holds(key, message, signature):
    """Whether 64 bytes are the signature of a message under a public key of 32 bytes."""
    if len(key) != 32 or len(signature) != 64:
        return False
    public, commitment = point(key), point(signature[:32])
    number = int.from_bytes(signature[32:], "little")
    if public is None or commitment is None or number >= ORDER:
        return False
    digest = int.from_bytes(sha512(signature[:32] + key + message).digest(), "little") % ORDER
    left, right = times(number, BASE), added(commitment, times(digest, public))
    return not ((left[0] * right[2] - right[0] * left[2]) % P
                or (left[1] * right[2] - right[1] * left[2]) % P)  # fmt: skip
