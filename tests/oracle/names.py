"""Names that are equal: strings, distinguished names, object identifiers of types.

A name is compared after NFKC, the simple lower-case mapping of each character, and with runs of spaces
as one and none at the ends.  A DN is parsed (RFC 4514, with the quoted form and the `;` of its forerunners),
its types compare without regard to case and by OID, its AVAs as sets.
"""
import unicodedata


class NameError_(ValueError):
    """A string that is no distinguished name."""


# The usual types of RFC 4519 with every name they have; all that have one OID are one type.
TYPES = {}
for _row in """2.5.4.3 cn commonname
2.5.4.4 sn surname
2.5.4.6 c countryname
2.5.4.7 l localityname
2.5.4.8 st stateorprovincename
2.5.4.9 street streetaddress
2.5.4.10 o organizationname
2.5.4.11 ou organizationalunitname
2.5.4.12 title
2.5.4.42 givenname gn
0.9.2342.19200300.100.1.1 uid userid
0.9.2342.19200300.100.1.3 mail rfc822mailbox
0.9.2342.19200300.100.1.25 dc domaincomponent
1.2.840.113556.1.8000.2554.12240.20475.3035.20208.34738.1244298.12339895.1.1 dgid""".split("\n"):
    _names = _row.split()
    for _name in _names:
        TYPES[_name] = _names[1]


def lower_simple(character):
    """The simple lower-case mapping: one character for one (U+0130 alone has a longer full mapping)."""
    lowered = character.lower()
    return lowered if len(lowered) == 1 else "i" if character == "\u0130" else character


def fold(text):
    """NFKC and case, spaces as they are."""
    if text.isascii():
        return text.lower()
    return "".join(lower_simple(character) for character in unicodedata.normalize("NFKC", text))


def normal(text):
    """The form in which two equal names are the same string."""
    return " ".join(part for part in fold(text).split(" ") if part)


def equal(left, right):
    return normal(left) == normal(right)


def type_normal(name):
    name = name.lower()
    return TYPES.get(name, name)


ESCAPABLE = set(' "#+,;<=>\\')
HEX = set("0123456789abcdefABCDEF")


def is_type(text):
    """RFC 4512: a descr, or a numericoid."""
    if not text or not text.isascii():
        return False
    if text[0].isalpha():
        return all(c.isalnum() or c == "-" for c in text)
    arcs = text.split(".")
    return len(arcs) > 1 and all(arc.isdigit() and (arc == "0" or arc[0] != "0") for arc in arcs)


class Reader:
    """Reads the AVAs of one DN from left to right."""

    def __init__(self, text):
        self.text = text
        self.at = 0

    def more(self):
        return self.at < len(self.text)

    def peek(self):
        return self.text[self.at] if self.more() else ""

    def spaces(self):
        while self.peek() == " ":
            self.at += 1

    def type(self):
        self.spaces()
        start = self.at
        while self.more() and self.peek() not in "= ,+;":
            self.at += 1
        name = self.text[start:self.at]
        self.spaces()
        if self.peek() != "=" or not is_type(name):
            raise NameError_("no attribute type")
        self.at += 1
        return name

    def escaped(self):
        """What follows a backslash, as octets: a pair of hexadecimal digits, or a special character."""
        pair = self.text[self.at + 1:self.at + 3]
        if len(pair) == 2 and set(pair) <= HEX:
            self.at += 3
            return bytes.fromhex(pair)
        if not pair or pair[0] not in ESCAPABLE:
            raise NameError_("bad escape")
        self.at += 2
        return pair[0].encode()

    def plain(self):
        character = self.peek()
        self.at += 1
        return character.encode("utf-8", "surrogateescape")

    def quoted(self):
        octets = b""
        self.at += 1
        while self.peek() != '"':
            if not self.more():
                raise NameError_("no closing quote")
            octets += self.escaped() if self.peek() == "\\" else self.plain()
        self.at += 1
        self.spaces()
        return octets

    def string(self):
        octets, kept = b"", 0
        while self.more() and self.peek() not in ",+;":
            if self.peek() == "\\":
                octets += self.escaped()
                kept = len(octets)
            elif self.peek() in '"<>\0':
                raise NameError_("a special character without its escape")
            else:
                space = self.peek() == " "
                octets += self.plain()
                kept = kept if space else len(octets)
        return octets[:kept]

    def hexadecimal(self):
        """`#` and the BER form of the value: the content of a string type, else no string at all."""
        start = self.at + 1
        while self.more() and self.peek() not in ",+; ":
            self.at += 1
        digits = self.text[start:self.at]
        self.spaces()
        if not digits or len(digits) % 2 or not set(digits) <= HEX:
            raise NameError_("bad hexadecimal value")
        octets = bytes.fromhex(digits)
        if len(octets) >= 2 and octets[0] in (0x04, 0x0C, 0x13, 0x14, 0x16, 0x1A) and octets[1] == len(octets) - 2:
            return octets[2:]
        return b"#" + octets.hex().encode()

    def value(self):
        self.spaces()
        if self.peek() == '"':
            octets = self.quoted()
        elif self.peek() == "#":
            octets = self.hexadecimal()
        else:
            octets = self.string()
        if self.more() and self.peek() not in ",+;":
            raise NameError_("something after the value")
        return octets.decode("utf-8", "surrogateescape")


def dn_read(text):
    """The RDNs of a DN, each a list of (type, value) as written."""
    reader, rdns = Reader(text), []
    reader.spaces()
    if not reader.more():
        return rdns
    rdns.append([])
    while True:
        name = reader.type()
        rdns[-1].append((name, reader.value()))
        if not reader.more():
            return rdns
        if reader.peek() != "+":
            rdns.append([])
        reader.at += 1


def dn_key(text):
    """The DN as a tuple that equals another where the names are equal.  NameError_ if it is none."""
    return tuple(frozenset((type_normal(name), normal(value)) for name, value in rdn) for rdn in dn_read(text))


def dn_key_or_none(text):
    try:
        return dn_key(text)
    except NameError_:
        return None


def is_below(key, base):
    """At the base or below it."""
    return len(key) >= len(base) and key[len(key) - len(base):] == base


def key_text(key):
    """One string for a DN key: the order of places "by DN" is the order of these."""
    return ",".join("+".join("=".join(ava) for ava in sorted(rdn)) for rdn in key)
