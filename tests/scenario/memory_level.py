"""The entries and the changes of memory_level.sh, as LDIF.

    memory_level.py entries BASE PEOPLE slapd|samba
    memory_level.py changes BASE PEOPLE FROM TO          the changes with these numbers; each ten leave all as it was
    memory_level.py mark BASE NUMBER                     the last change: a permission docs.markNUMBER
"""
import sys

PERSON = {"slapd": "inetOrgPerson\nsn: P", "samba": "user\nuserAccountControl: 544"}
GROUP = {"slapd": "groupOfNames", "samba": "group"}


def modify(dn, act, name, value):
    print(f"dn: {dn}\nchangetype: modify\n{act}: {name}\n{name}: {value}\n-\n")


def entries(base, people, form):
    print(f"dn: {base}\nobjectClass: organizationalUnit\nobjectClass: dgOrganization\nou: acme\n")
    for name in ("people", "groups", "roles"):
        print(f"dn: ou={name},{base}\nobjectClass: organizationalUnit\nou: {name}\n")
    print(f"dn: ou=red,{base}\nobjectClass: organizationalUnit\nobjectClass: dgWorkspace\nou: red\n")
    print(f"dn: cn=reader,ou=roles,{base}\nobjectClass: dgRole\ncn: reader\ndgPermission: docs.read\n")
    for number in range(int(people)):
        print(f"dn: cn=p{number},ou=people,{base}\nobjectClass: {PERSON[form]}\ncn: p{number}\nuid: p{number}\nmail: p{number}@a.example\n")
    for group in range(20):
        print(f"dn: cn=g{group},ou=groups,{base}\nobjectClass: {GROUP[form]}\ncn: g{group}")
        print("".join(f"member: cn=p{number},ou=people,{base}\n" for number in range(group, int(people), 20)))
    print(f"dn: cn=readers,ou=red,{base}\nobjectClass: dgBinding\ncn: readers\ndgGrantsRole: cn=reader,ou=roles,{base}")
    print("".join(f"member: cn=g{group},ou=groups,{base}\n" for group in range(20)))


def changes(base, people, begin, end):
    role = f"cn=reader,ou=roles,{base}"
    for number in range(int(begin), int(end), 10):
        group, person = f"cn=g{number // 10 % 20},ou=groups,{base}", f"cn=p{number % int(people)},ou=people,{base}"
        new = f"cn=new{number},ou=groups,{base}"
        print(f"dn: {new}\nchangetype: add\nobjectClass: organizationalRole\ncn: new{number}\nroleOccupant: {person}\n")
        modify(group, "add", "member", new)
        modify(group, "delete", "member", new)
        modify(person, "replace", "mail", f"changed{number}@a.example")
        modify(person, "replace", "mail", f"p{number % int(people)}@a.example")
        modify(role, "add", "dgPermission", f"docs.number{number}")
        modify(role, "delete", "dgPermission", f"docs.number{number}")
        print(f"dn: {new}\nchangetype: modrdn\nnewrdn: cn=newer{number}\ndeleteoldrdn: 1\n")
        modify(f"ou=red,{base}", "replace", "dgVisibility", "private")
        print(f"dn: cn=newer{number},ou=groups,{base}\nchangetype: delete\n")


def mark(base, number):
    modify(f"cn=reader,ou=roles,{base}", "add", "dgPermission", "docs.mark" + number)


if __name__ == "__main__":
    {"entries": entries, "changes": changes, "mark": mark}[sys.argv[1]](*sys.argv[2:])
