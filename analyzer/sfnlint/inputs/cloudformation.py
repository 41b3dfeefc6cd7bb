"""placeholder until the real one lands"""


def matches(data: object) -> bool:
    return False
