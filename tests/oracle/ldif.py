"""LDIF content records (RFC 2849), read whole: folded lines, comments, base64, file URLs."""
import base64
import urllib.parse


class LdifError(ValueError):
    pass


def lines_unfolded(text):
    """Logical lines; a comment may be folded too, so folding comes first."""
    lines = []
    for line in text.replace("\r\n", "\n").split("\n"):
        if line.startswith(" ") and lines and lines[-1] != "":
            lines[-1] += line[1:]
        else:
            lines.append(line)
    return [line for line in lines if not line.startswith("#")]


def line_value(line):
    """Attribute description and value; octets that are no UTF-8 are kept by surrogateescape."""
    name, colon, rest = line.partition(":")
    if not colon:
        raise LdifError("a line without a colon: " + line)
    if rest.startswith(":"):
        octets = base64.b64decode(rest[1:].strip(" "), validate=True)
        return name, octets.decode("utf-8", "surrogateescape")
    if rest.startswith("<"):
        url = urllib.parse.urlsplit(rest[1:].strip(" "))
        if url.scheme != "file":
            raise LdifError("only file URLs are read")
        with open(urllib.parse.unquote(url.path), "rb") as file:
            return name, file.read().decode("utf-8", "surrogateescape")
    return name, rest.lstrip(" ")


def records_read(text):
    """[(dn, [(attribute, value), ...]), ...] in the order of the file."""
    records, block = [], []
    for line in lines_unfolded(text) + [""]:
        if line != "":
            block.append(line)
            continue
        if block and block[0].lower().startswith("version:"):
            block = block[1:]
        if block:
            records.append(record(block))
        block = []
    return records


def record(block):
    name, dn = line_value(block[0])
    if name.lower() != "dn":
        raise LdifError("a record that begins with " + name)
    pairs = [line_value(line) for line in block[1:]]
    if any(name.lower() in ("changetype", "control") for name, _ in pairs):
        raise LdifError("a change record")
    return dn, pairs


def is_safe(value):
    """SAFE-STRING of RFC 2849, and no space at the end."""
    if value == "":
        return True
    return (value[0] not in " :<" and value[-1] != " " and
            all(0 < ord(c) < 128 and c not in "\r\n" for c in value))


def line_text(name, value):
    if is_safe(value):
        line = name + ": " + value if value else name + ":"
    else:
        line = name + ":: " + base64.b64encode(value.encode("utf-8", "surrogateescape")).decode()
    folded = [line[:76]] + [" " + line[at:at + 75] for at in range(76, len(line), 75)]
    return "\n".join(folded)


def records_text(records):
    """The LDIF text of records, as records_read takes them."""
    parts = ["version: 1\n"]
    for dn, pairs in records:
        parts.append("\n".join([line_text("dn", dn)] + [line_text(name, value) for name, value in pairs]) + "\n")
    return "\n".join(parts)
