"""Small damage to valid bytes."""

INTERESTING = [
    b"\x00", b"\x01", b"\x7f", b"\x80", b"\xff", b"\x80\x00", b"\xff\xff\xff\xff\x0f",
    b"\xff" * 9 + b"\x01", b"\x80" * 9 + b"\x00", b"\xed\xa0\x80", b"\xc3\xa9",
]


def mutated(random, data, other):
    """`data` after one to three changes; `other` lends its bytes to some."""
    for _ in range(random.randrange(1, 4)):
        data = mutated_once(random, data, other)
    return data


def mutated_once(random, data, other):
    choice = random.randrange(8)
    place = random.randrange(len(data) + 1)
    end = min(len(data), place + random.randrange(1, 9))
    if choice == 0 and place < len(data):
        return data[:place] + bytes([data[place] ^ 1 << random.randrange(8)]) + data[place + 1:]
    if choice == 1 and place < len(data):
        return data[:place] + bytes([random.randrange(256)]) + data[place + 1:]
    if choice == 2:
        return data[:place]
    if choice == 3:
        return data[:place] + data[end:]
    if choice == 4:
        return data[:end] + data[place:end] + data[end:]
    if choice == 5:
        return data[:place] + random.choice(INTERESTING) + data[place:]
    if choice == 6:
        return data[:place] + other[random.randrange(len(other) + 1):]
    # Two messages one after the other are one message, of which parts merge.
    return data + other
