"""The random numbers of the JavaScript library seedrandom 2, from which the TensorFlow Playground draws everything.

Its generator is RC4, keyed by the text of the seed; a number in [0, 1) takes 52 bits or more of it, as its author,
David Bau, describes it. So a link with a seed says which samples and which weights its page begins with.
"""

WIDTH = 256
MASK = WIDTH - 1
CHUNKS = 6
SIGNIFICANT = 2**52


class SeedRandom:
    """What Math.random() gives after Math.seedrandom(seed)."""

    def __init__(self, seed: str) -> None:
        key = _key(seed)
        self._i = self._j = 0
        self._s = list(range(WIDTH))
        j = 0
        for i in range(WIDTH):
            value = self._s[i]
            j = (j + key[i % len(key)] + value) & MASK
            self._s[i], self._s[j] = self._s[j], value
        self._bytes(WIDTH)  # the first ones tell too much of the key

    def random(self) -> float:
        """The next number in [0, 1)."""
        d: int = WIDTH**CHUNKS
        n, x = self._bytes(CHUNKS), 0
        while n < SIGNIFICANT:
            n, d = (n + x) * WIDTH, d * WIDTH
            x = self._bytes(1)
        while n >= 2 * SIGNIFICANT:
            n, d, x = n // 2, d // 2, x >> 1
        return (n + x) / d

    def uniform(self, low: float, high: float) -> float:
        """A number between two."""
        return self.random() * (high - low) + low

    def _bytes(self, count: int) -> int:
        s, result = self._s, 0
        for _ in range(count):
            self._i = (self._i + 1) & MASK
            value = s[self._i]
            self._j = (self._j + value) & MASK
            s[self._i], s[self._j] = s[self._j], value
            result = result * WIDTH + s[(s[self._i] + value) & MASK]
        return result


def _key(seed: str) -> list[int]:
    """The seed's UTF-16 units, folded into at most 256 bytes."""
    units = seed.encode("utf-16-le", "surrogatepass")
    key: list[int] = []
    smear = 0
    for place, unit in enumerate(int.from_bytes(units[i : i + 2], "little") for i in range(0, len(units), 2)):
        if place < WIDTH:
            key.append((smear + unit) & MASK)
        else:
            smear ^= key[place & MASK] * 19
            key[place & MASK] = (smear + unit) & MASK
    return key or [0]
