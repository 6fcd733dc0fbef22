"""Patterns and the values made of them, each with what follows when it is broken."""
import re

import filters
from values import Mark

PATTERN = re.compile(r"[A-Za-z0-9._:/*-]+\Z")
PERMISSION = re.compile(r"[A-Za-z0-9._:/-]+\Z")
EVERYTHING = Mark("everything")  # in place of a broken pattern, where broken means all
LONGEST = 128


def is_permission(name):
    return len(name) <= LONGEST and PERMISSION.match(name) is not None


def is_pattern(text):
    return len(text) <= LONGEST and PATTERN.match(text) is not None


def matches(pattern, text):
    """`*` stands for any run of characters, none included."""
    if pattern is EVERYTHING:
        return True
    return re.match(".*".join(map(re.escape, pattern.split("*"))) + r"\Z", text) is not None


class Value:
    """PATTERN, or PATTERN SP FILTER: `filter` is a parsed one, None without, or BROKEN."""

    def __init__(self, pattern, filter, text):
        self.pattern, self.filter, self.text = pattern, filter, text


BROKEN_FILTER = Mark("broken filter")


def value_read(text):
    """The pattern is EVERYTHING where it does not parse."""
    pattern, space, rest = text.partition(" ")
    if not is_pattern(pattern):
        return Value(EVERYTHING, None, text)
    if not space:
        return Value(pattern, None, text)
    try:
        return Value(pattern, filters.parse(rest), text)
    except filters.FilterError:
        return Value(pattern, BROKEN_FILTER, text)


def grants(values):
    """dgPermission and its like: a value that does not parse is lost."""
    read = [value_read(text) for text in values]
    return [value for value in read if value.pattern is not EVERYTHING and value.filter is not BROKEN_FILTER]


def limits(values):
    """dgDeny, dgRestricts: a broken filter leaves the pattern, a broken pattern is everything."""
    return [value_read(text) for text in values]


def ceilings(values):
    """A broken one is a ceiling that matches nothing: None."""
    return [text if is_pattern(text) else None for text in values]


def forbidden(values):
    """A broken one forbids everything."""
    return [text if is_pattern(text) else EVERYTHING for text in values]


def obligations(values):
    """PATTERN SP TEXT as pairs, and the patterns that broken ones take away."""
    pairs, taken = [], []
    for text in values:
        pattern, space, rest = text.partition(" ")
        if not is_pattern(pattern):
            taken.append(EVERYTHING)
        elif rest == "":
            taken.append(pattern)
        else:
            pairs.append((pattern, rest))
    return pairs, taken
