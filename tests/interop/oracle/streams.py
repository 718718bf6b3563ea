"""Espalier's named random streams, from their description: xoshiro256** (Blackman and Vigna 2018), seeded by SHA-256 of
"seed/name/index", four little-endian words of it as the state."""
import hashlib
import math
import struct

WORD = (1 << 64) - 1


def rotated(x, by):
    return (x << by | x >> (64 - by)) & WORD


class Stream:
    def __init__(self, seed, name, index=0):
        self.state = list(struct.unpack("<4Q", hashlib.sha256(f"{seed}/{name}/{index}".encode()).digest()))

    def bits(self):
        """64 uniform bits."""
        s = self.state
        result = rotated(s[1] * 5 & WORD, 7) * 9 & WORD
        shifted = s[1] << 17 & WORD
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= shifted
        s[3] = rotated(s[3], 45)
        return result

    def uniform(self):
        """In [0, 1), of the 53 upper bits."""
        return (self.bits() >> 11) * 2.0 ** -53

    def below(self, bound):
        """Uniform in 0 .. bound-1 without bias (Lemire 2019): the upper half of a product, rejected where its lower half is too small."""
        while True:
            product = self.bits() * bound
            if (product & WORD) >= (1 << 64) % bound:
                return product >> 64

    def normal(self):
        """Box and Muller's first value."""
        radius = math.sqrt(-2 * math.log(1 - self.uniform()))
        return radius * math.cos(2 * math.pi * self.uniform())

    def order(self, count):
        """A uniform ordering of 0 .. count-1 (Fisher and Yates, from the inside out)."""
        order = []
        for i in range(count):
            j = self.below(i + 1)
            order.append(i)
            order[i], order[j] = order[j], i
        return order
