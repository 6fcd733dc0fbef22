"""What sources.sh loads, asks and changes: random directories of tests/oracle, as files in a folder.

    sources.py directory FOLDER SEED REQUESTS strict|loose    server.ldif, ordered.ldif, shuffled/, settings.json, requests.json
    sources.py changes FOLDER SEED COUNT                      changes.ldif, from what ordered.ldif has
    sources.py requests FOLDER SEED REQUESTS LDIF             requests.json, about what LDIF has

server.ldif is what OpenLDAP takes, and so all sources have the same: DNs of attributes that are DNs there are written
plainly, and values that it refuses are left out; they are counted on standard output.  With "loose" the server has a
schema without syntaxes for our own attributes, so that it takes them all.
"""
import json
import os
import random
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "oracle"))
import generate  # noqa: E402
import ldif  # noqa: E402
import questions  # noqa: E402
from names import dn_key, dn_key_or_none, dn_read, is_below  # noqa: E402

SCHEMA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../schema/openldap/dirgate.schema")
DN, TIME, BOOLEAN, INTEGER = "12", "24", "7", "27"
STANDARD = {"member": DN, "owner": DN, "uniquemember": DN, "roleoccupant": DN, "shadowexpire": INTEGER}

AUXILIARY = ("dgOrganization", "dgWorkspace", "dgAccount", "dgBoundGroup", "dgKnownResource", "posixAccount", "extensibleObject")


def syntaxes(strict):
    """By attribute in lower case, the last arc of its syntax, for those whose values a server looks at."""
    found = dict(STANDARD)
    if strict:
        with open(SCHEMA, encoding="utf-8") as file:
            found.update((name.lower(), arc) for name, arc in re.findall(
                r"^attributetype \(.*? NAME '(\w+)'.*?SYNTAX 1\.3\.6\.1\.4\.1\.1466\.115\.121\.1\.(\d+)", file.read(), re.S | re.M))
    return found


def dn_plain(value):
    return ",".join("+".join(name + "=" + generate.escape(each) for name, each in rdn) for rdn in dn_read(value))


def dn_sorted(dn):
    """The pairs of each RDN in the order in which OpenLDAP keeps them: the first names the entry, if no dgId does."""
    return ",".join("+".join(name + "=" + generate.escape(each) for name, each in sorted(rdn)) for rdn in dn_read(dn))


def value_taken(value, syntax):
    """As a server takes it, or None."""
    if syntax == DN:
        return dn_plain(value) if dn_key_or_none(value) else None
    if syntax == INTEGER:
        return value if re.fullmatch(r"-?[0-9]+", value) else None
    if syntax == TIME:
        shape = re.fullmatch(r"[0-9]{10}([0-9]{2}){0,2}([.,][0-9]+)?(Z|[+-][0-9]{2}([0-9]{2})?)", value)
        return value if shape and value not in generate.BROKEN_TIMES else None
    if syntax == BOOLEAN:
        return value if value in ("TRUE", "FALSE") else None
    return value or None


def completion(pairs):
    """What an entry needs besides, so that changes of it are not refused for the sake of its classes."""
    classes = [value for name, value in pairs if name == "objectClass"]
    more = [("objectClass", "extensibleObject")]
    if "posixAccount" in classes:
        more += [("uidNumber", "1"), ("homeDirectory", "/")]
    return more


def structural(pairs):
    """The structural class of an entry: slapadd -s does not look for it."""
    return [value for name, value in pairs if name == "objectClass" and value not in AUXILIARY][-1]


def records_taken(records, strict):
    """The records with what a server takes of them, parents first, and the number of values that are left out."""
    known, taken, refused = syntaxes(strict), [], 0
    for dn, pairs in records:
        kept = {}
        for name, value in pairs:
            value_kept = value_taken(value, known.get(name.lower()))
            same = dn_key_or_none(value) if known.get(name.lower()) == DN else value.lower() if name.lower() != "dgid" else ""
            if value_kept is None or (strict and (name, same) in kept):
                refused += 1
            else:
                kept.setdefault((name, same), (name, value_kept))
        taken.append((dn_sorted(dn), list(kept.values()) + completion(pairs)))
    return sorted(taken, key=lambda record: len(dn_key(record[0]))), refused


def write(folder, name, text):
    with open(os.path.join(folder, name), "w", encoding="utf-8", errors="surrogateescape") as file:
        file.write(text)


def write_requests(folder, text, seed, count, options):
    asked = [json.loads(line) for line in questions.questions(text, seed, count, options)]
    for request in asked:
        if isinstance(request.get("context"), dict) and isinstance(request["context"].get("dirgate"), dict):
            request["context"]["dirgate"]["reason"] = True
    write(folder, "requests.json", json.dumps({"evaluations": asked}))


def make_directory(folder, seed, count, form):
    chance = random.Random(seed)
    records, refused = records_taken(ldif.records_read(generate.directory_text(seed)), form == "strict")
    text = ldif.records_text(records)
    # slapadd wants the values of an attribute side by side.
    server = [(dn, sorted(pairs, key=lambda pair: pair[0].lower()) + [("structuralObjectClass", structural(pairs))])
              for dn, pairs in records]
    write(folder, "server.ldif", ldif.records_text(server).split("\n", 1)[1])
    write(folder, "ordered.ldif", text)
    chance.shuffle(records)
    os.makedirs(os.path.join(folder, "shuffled"))
    for part in range(3):
        write(folder, "shuffled/%d.ldif" % part, ldif.records_text(records[part::3]))
    options = generate.options_random(random.Random(-seed))
    write(folder, "settings.json", json.dumps(options))
    write_requests(folder, text, seed, count, options)
    print(len(records), refused)


class Changer:
    """Changes to a directory, one after the other; what it has is followed, as if none were refused."""

    def __init__(self, records, chance):
        self.random, self.entries = chance, dict(records)
        self.top = min(self.entries, key=lambda dn: len(dn_key(dn)))
        self.keys, self.renamed, self.serial = {}, [], 0

    def pick(self, things):
        return self.random.choice(list(things))

    def key(self, dn):
        if dn not in self.keys:
            self.keys[dn] = dn_key(dn)
        return self.keys[dn]

    def below(self, dn):
        """The entry and all under it."""
        return [other for other in self.entries if is_below(self.key(other), self.key(dn))]

    def label(self):
        self.serial += 1
        return "new%d" % self.serial

    def change(self):
        kind = self.random.choices((self.modify, self.add, self.delete, self.rename, self.rename_back), (10, 4, 3, 3, 2))[0]
        return kind()

    def modify(self):
        dn = self.pick(self.entries)
        pairs = self.entries[dn]
        own = [name.lower() for name, _ in dn_read(dn)[0]] + ["objectclass"]
        near = [name for name, _ in pairs if name.lower() not in own]
        if not near:
            return None
        name = self.pick(near)
        act = self.pick(("add", "replace", "delete"))
        here = [value for kind, value in pairs if kind == name]
        others = [value for other in self.entries.values() for kind, value in other if kind == name and value not in here]
        if act != "delete" and not others:
            return None
        value = self.pick(here if act == "delete" else others)
        self.entries[dn] = [pair for pair in pairs if pair[0] != name or (act != "replace" and pair != (name, value))]
        if act != "delete":
            self.entries[dn].append((name, value))
        return self.text(dn, "modify", "%s: %s" % (act, name), ldif.line_text(name, value), "-")

    def add(self):
        """A copy of an entry beside it, under another name."""
        dn = self.pick(self.entries)
        rdn, above = self.split(dn)
        name = self.label()
        if not above or len(rdn) != 1:
            return None
        pairs = [(kind, value) for kind, value in self.entries[dn] if (kind, value) != rdn[0] and kind.lower() != "dgid"]
        new = "%s=%s,%s" % (rdn[0][0], name, above)
        self.entries[new] = pairs + [(rdn[0][0], name)]
        return self.text(new, "add", *[ldif.line_text(*pair) for pair in self.entries[new]])

    def delete(self):
        above = {self.key(dn)[1:] for dn in self.entries}
        dn = self.pick(dn for dn in self.entries if self.key(dn) not in above)
        del self.entries[dn]
        return self.text(dn, "delete")

    def rename(self):
        """Of an entry with all below it, to another name or to another place."""
        dn = self.pick([dn for dn in self.entries if dn != self.top])
        rdn, above = self.split(dn)
        if len(rdn) != 1:
            return None
        if self.random.random() < 0.4:
            inner = self.below(dn)
            above = self.pick(other for other in self.entries if other not in inner)
        new = "%s=%s" % (rdn[0][0], self.label() if self.random.random() < 0.7 else generate.escape(rdn[0][1]))
        return self.move(dn, new, above)

    def rename_back(self):
        """What was said about the old name is true again."""
        if not self.renamed:
            return None
        now, before = self.renamed.pop()
        rdn, above = before.split(",", 1)
        return self.move(now, rdn, above) if now in self.entries else None

    def move(self, dn, rdn, above):
        new = rdn + "," + above
        if new in self.entries:
            return None
        for other in self.below(dn):
            self.entries[other[:len(other) - len(dn)] + new] = self.entries.pop(other)
        self.renamed.append((new, dn))
        return self.text(dn, "modrdn", ldif.line_text("newrdn", rdn), "deleteoldrdn: 1", ldif.line_text("newsuperior", above))

    @staticmethod
    def split(dn):
        rdns = dn_read(dn)
        return rdns[0], ",".join("+".join(name + "=" + generate.escape(value) for name, value in rdn) for rdn in rdns[1:])

    @staticmethod
    def text(dn, kind, *lines):
        return "\n".join((ldif.line_text("dn", dn), "changetype: " + kind) + lines) + "\n"


def make_changes(folder, seed, count):
    with open(os.path.join(folder, "ordered.ldif"), encoding="utf-8", errors="surrogateescape") as file:
        changer = Changer(ldif.records_read(file.read()), random.Random(seed))
    write(folder, "changes.ldif", "\n".join(filter(None, (changer.change() for _ in range(count)))))


def main():
    verb, folder, seed, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    if verb == "directory":
        make_directory(folder, seed, count, sys.argv[5])
    elif verb == "changes":
        make_changes(folder, seed, count)
    else:
        with open(os.path.join(folder, "settings.json"), encoding="utf-8") as settings, open(
                os.path.join(folder, sys.argv[5]), encoding="utf-8", errors="surrogateescape") as text:
            write_requests(folder, text.read(), seed, count, json.load(settings))


if __name__ == "__main__":
    main()
