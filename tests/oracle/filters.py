"""Filters: RFC 4515 with a grammar of its own for names, `$` references, and three values.

True, False and None (Undefined).  A filter asks its terms (an object with `values` and `reference`) for values:
`values(scope, name)` is a list, or ABSENT (the item is FALSE) or UNKNOWN (the item is Undefined: the caller may simply not
have said) or UNKNOWABLE (Undefined, and no caller could say).
"""
import re

from names import fold, normal
from values import Mark, compare, equal

ABSENT = Mark("absent")
UNKNOWN = Mark("unknown")
UNKNOWABLE = Mark("unknowable")

DEPTH = 100
NAME = re.compile(r"[A-Za-z0-9_.-]+")
REFERENCE = re.compile(r"\$(?:(now)|(user|workspace)\.([A-Za-z0-9_-]+))\Z")
SCOPES = ("resource", "action", "context", "subject")


class FilterError(ValueError):
    pass


def both(values):
    """`&` of three-valued things: FALSE before Undefined before TRUE."""
    values = list(values)
    return False if False in values else None if None in values else True


def either(values):
    values = list(values)
    return True if True in values else None if None in values else False


def negation(value):
    return None if value is None else not value


def parse(text, person=False):
    """A filter over the request; with `person`, over a person's entry: bare names alone, and no references."""
    node, rest = parse_filter(text, 1, person)
    if rest:
        raise FilterError("something after the filter")
    return node


def parse_filter(text, depth, person):
    if depth > DEPTH or not text.startswith("("):
        raise FilterError("no filter")
    mark = text[1:2]
    if mark in ("&", "|", "!"):
        parts, rest = [], text[2:]
        while rest.startswith("("):
            part, rest = parse_filter(rest, depth + 1, person)
            parts.append(part)
        if mark == "!" and len(parts) != 1:  # (&) is TRUE and (|) FALSE, as in RFC 4526
            raise FilterError("a wrong number of parts")
        node = (mark, parts)
    else:
        node, rest = parse_item(text[1:], person)
    if not rest.startswith(")"):
        raise FilterError("no closing parenthesis")
    return node, rest[1:]


def parse_item(text, person):
    match = NAME.match(text)
    if not match:
        raise FilterError("no name")
    name, rest = parse_name(match.group(), person), text[match.end():]
    operator = next((sign for sign in (">=", "<=", "=") if rest.startswith(sign)), None)
    if operator is None:
        raise FilterError("no operator")
    rest = rest[len(operator):]
    raw, rest = rest.partition(")")[0], rest[len(rest.partition(")")[0]):]
    if operator != "=":
        return (operator, name, parse_operand(raw, person)), rest
    if raw == "*":
        return ("present", name), rest
    if "*" in raw:
        pieces = [unescape(piece) for piece in raw.split("*")]
        return ("substrings", name, pieces), rest
    return ("=", name, parse_operand(raw, person)), rest


def parse_name(name, person):
    """A bare name is a property of the resource (of the person, in a member filter); a dotted one has one of four prefixes."""
    prefix, dot, member = name.partition(".")
    if person:
        return ("person", name.lower())
    if not dot:
        return ("resource", name)
    if prefix not in SCOPES or not member:
        raise FilterError("an unknown prefix")
    if prefix == "resource" and member in ("type", "id"):
        return ("resource itself", member)
    if prefix == "action" and member == "name":
        return ("action itself", member)
    return (prefix, member)


def parse_operand(raw, person):
    """A value may be, as a whole, a reference; any other `$` that is not escaped does not parse."""
    match = None if person else REFERENCE.match(raw)
    if match:
        now, scope, name = match.groups()
        return ("reference", now or scope, name)
    return ("text", unescape(raw))


def unescape(raw):
    octets = b""
    while raw:
        if raw[0] == "\\":
            if not re.match(r"\\[0-9A-Fa-f]{2}", raw):
                raise FilterError("a bad escape")
            octets, raw = octets + bytes.fromhex(raw[1:3]), raw[3:]
        elif raw[0] in "$(*\0":
            raise FilterError("a character that needs its escape")
        else:
            octets, raw = octets + raw[0].encode("utf-8", "surrogateescape"), raw[1:]
    return octets.decode("utf-8", "surrogateescape")


def names_read(node):
    """Every name a filter reads, as (scope, name)."""
    if node[0] in ("&", "|", "!"):
        return {name for part in node[1] for name in names_read(part)}
    return {node[1]}


def evaluate(node, terms):
    operator = node[0]
    if operator == "&":
        return both(evaluate(part, terms) for part in node[1])
    if operator == "|":
        return either(evaluate(part, terms) for part in node[1])
    if operator == "!":
        return negation(evaluate(node[1][0], terms))
    wanted = operands(node, terms)
    if not wanted:
        return None  # a reference without a value makes the item Undefined
    values = terms.values(*node[1])
    if values in (UNKNOWN, UNKNOWABLE):
        return None
    if values is ABSENT:
        return False
    found = either(match(operator, value, want) for value in values for want in wanted)
    if found is False and any(match(operator, value, want) for value in values for want in possible_operands(node, terms)):
        return None  # of a group that the subject may be in
    return found


def lacks(node, terms):
    """Is it Undefined, and something that the caller could have said has a part in that?"""
    if evaluate(node, terms) is not None:
        return False
    if node[0] in ("&", "|", "!"):
        return any(lacks(part, terms) for part in node[1])
    return bool(operands(node, terms)) and terms.values(*node[1]) is UNKNOWN


def operands(node, terms):
    if node[0] == "present":
        return [None]
    if node[0] == "substrings":
        return [node[2]]
    kind, *rest = node[2]
    return terms.reference(*rest) if kind == "reference" else rest


def possible_operands(node, terms):
    """What a reference has in addition, perhaps."""
    if node[0] in ("present", "substrings") or node[2][0] != "reference":
        return []
    return terms.possible_reference(*node[2][1:])


def match(operator, value, want):
    """One pair; multi-valued on either side: any pair matches."""
    if operator == "present":
        return True
    if operator == "=":
        return equal(value, want)
    if operator == "substrings":
        return isinstance(value, str) and matches_pieces(normal(value), want)
    order = compare(value, want)
    if order is None:
        return None
    return order >= 0 if operator == ">=" else order <= 0


def matches_pieces(value, pieces):
    """Initial, any number of inner ones in their order, final; each piece normalised like the value."""
    pieces = [" ".join(re.split(" +", fold(piece))) for piece in pieces]
    initial, *inner, final = pieces
    initial, final = initial.lstrip(" "), final.rstrip(" ")
    if not value.startswith(initial):
        return False
    at = len(initial)
    for piece in inner:
        found = value.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return len(value) - at >= len(final) and value.endswith(final)
