"""Values and how they compare: numbers by value, times by instant, DNs as DNs, otherwise as names are equal.

A value is a str, a decimal.Decimal (a JSON number) or OBJECT (a JSON object, which matches nothing but presence).
"""
import calendar
import re
from decimal import Decimal
from fractions import Fraction

from names import dn_key_or_none, normal



class Mark:
    """A thing that no value of a directory or a request can be equal to."""

    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return self.name


OBJECT = Mark("object")

NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?\Z")
GENERALIZED = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(?:(\d\d)(\d\d)?)?(?:[.,](\d+))?(Z|[+-]\d\d(?:\d\d)?)\Z", re.ASCII)
RFC3339 = re.compile(r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)\Z", re.ASCII)


def instant(year, month, day, hour, minute, second, zone):
    """Seconds since 1970 in UTC as a Fraction, or None where the calendar has no such time."""
    if not (1 <= month <= 12 and 1 <= day and hour <= 23 and minute <= 59 and second <= 60):
        return None
    if year < 1 or day > calendar.monthrange(year, month)[1]:
        return None
    offset = 0
    if zone not in "Zz":
        digits = zone[1:].replace(":", "")
        hours, minutes = int(digits[:2]), int(digits[2:] or "0")
        if hours > 23 or minutes > 59:
            return None
        offset = (hours * 60 + minutes) * 60 * (1 if zone[0] == "+" else -1)
    return Fraction(calendar.timegm((year, month, day, hour, minute, 0))) + second - offset


def time_generalized(text):
    """RFC 4517, 3.3.13: hours are needed; the fraction is of the smallest unit given.  None: no such time."""
    match = GENERALIZED.match(text)
    if not match:
        return None
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    start = instant(int(year), int(month), int(day), int(hour), int(minute or 0), int(second or 0), zone)
    if start is None or not fraction:
        return start
    unit = 1 if second else 60 if minute else 3600
    return start + unit * Fraction(int(fraction), 10 ** len(fraction))


def time_rfc3339(text):
    match = RFC3339.match(text)
    if not match:
        return None
    *whole, fraction, zone = match.groups()
    start = instant(*map(int, whole), zone)
    if start is None or not fraction:
        return start
    return start + Fraction(int(fraction), 10 ** len(fraction))


def time(value):
    if not isinstance(value, str):
        return None
    found = time_generalized(value)
    return time_rfc3339(value) if found is None else found


def number(value):
    if isinstance(value, Decimal):
        return value
    return Decimal(value) if isinstance(value, str) and NUMBER.match(value) else None


def from_json(value):
    """The values of a JSON value: an array is its elements, null and [] are none, a boolean is TRUE or FALSE."""
    if value is None:
        return []
    if isinstance(value, list):
        return [item for element in value for item in from_json(element)]
    if isinstance(value, bool):
        return ["TRUE" if value else "FALSE"]
    return [OBJECT] if isinstance(value, dict) else [value]


def equal(left, right):
    """Two JSON numbers (or one and a text that is a number) by value, two times by instant, two DNs as DNs, else as names."""
    if left is OBJECT or right is OBJECT:
        return False
    if isinstance(left, Decimal) or isinstance(right, Decimal):
        left, right = number(left), number(right)
        return left is not None and right is not None and left == right
    times = time(left), time(right)
    if None not in times:
        return times[0] == times[1]
    if "=" in left and "=" in right:
        keys = dn_key_or_none(left), dn_key_or_none(right)
        if None not in keys:
            return keys[0] == keys[1]
    return normal(left) == normal(right)


def compare(left, right):
    """Negative, 0 or positive: numbers by value, times by instant; None where the two have no order."""
    for read in (number, time):
        pair = read(left), read(right)
        if None not in pair:
            return (pair[0] > pair[1]) - (pair[0] < pair[1])
    return None
