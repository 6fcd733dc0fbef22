#include "random_world.h"

#include "base/memory.h"
#include "base/text.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

uint32_t random_below(struct random *random, uint32_t limit)
{
	/* splitmix64 */
	uint64_t mixed = random->state += 0x9e3779b97f4a7c15u;
	mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
	mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
	return (uint32_t)((mixed ^ (mixed >> 31)) % limit);
}

const char *random_one(struct random *random, const char *const *words)
{
	uint32_t count = 0;
	while (words[count] != NULL)
		count++;
	return words[random_below(random, count)];
}

const char *const random_actions[] = {"a.read", "a.write", "b.read", "b.write", "c.read", "workspace.read", NULL};

/* ---- Entries ---- */

#define GROUPS 4
#define ROLES 6
#define RESTRICTIONS 3
#define BINDINGS 20

struct making {
	struct random random;
	struct text out;
};

static bool chance(struct making *making, uint32_t one_in)
{
	return random_below(&making->random, one_in) == 0;
}

static uint32_t below(struct making *making, uint32_t limit)
{
	return random_below(&making->random, limit);
}

static const char *const patterns[] = {"a.read", "a.write", "b.read", "b.write", "c.read", "a.*", "*.read", "*", "b*e",
                                       "workspace.read", NULL};
static const char *const filters[] = {
	"", "", "", "", " (owner=$user.uid)", " (!(owner=$user.uid))", " (|(open=TRUE)(owner=$user.dn))",
	" (&(size<=10)(!(locked=TRUE)))", " (team=$user.groups)", " (subject.title=chief)", " (context.ip=10.0.0.1)",
	" (!(context.ip=10.0.0.1))", " (boss=$user.manager)", " (note=*)", " (!(subject.nosuch=x))", " (room=$workspace.id)",
	" (size>=$user.departmentNumber)", "", "", " broken", NULL};

static void rule(struct making *making, const char *attribute)
{
	text_print(&making->out, "%s: %s%s\n", attribute, random_one(&making->random, patterns),
	           random_one(&making->random, filters));
}

static void rules(struct making *making, const char *attribute, uint32_t most)
{
	for (uint32_t count = below(making, most + 1); count > 0; count--)
		rule(making, attribute);
}

static void role_dn(struct making *making, const char *attribute)
{
	text_print(&making->out, "%s: cn=r%u,ou=roles,o=acme\n", attribute, below(making, ROLES + (chance(making, 12) ? 2 : 0)));
}

static void workspace_dn(struct making *making, uint32_t which)
{
	/* w1 is inside w0, w2 inside w1 */
	static const char *const dns[] = {"ou=w0,o=acme", "ou=w1,ou=w0,o=acme", "ou=w2,ou=w1,ou=w0,o=acme", "ou=w3,o=acme"};
	text_append(&making->out, dns[which]);
}

static void member(struct making *making, const char *attribute)
{
	if (chance(making, 3))
		text_print(&making->out, "%s: cn=g%u,ou=groups,o=acme\n", attribute, below(making, GROUPS));
	else
		text_print(&making->out, "%s: uid=p%u,ou=people,o=acme\n", attribute, below(making, RANDOM_PEOPLE + 1));
}

static void organization(struct making *making)
{
	text_append(&making->out, "dn: o=acme\nobjectClass: organization\nobjectClass: dgOrganization\no: acme\n"
	                          "dgPeopleBase: ou=people,o=acme\n");
	if (chance(making, 3))
		text_append(&making->out, "dgDefaultWorkspace: ou=w0,o=acme\ndgDefaultRole: cn=r0,ou=roles,o=acme\n");
	if (chance(making, 3))
		text_append(&making->out, "dgVisibility: public\ndgPublicRole: cn=r1,ou=roles,o=acme\n");
	if (chance(making, 3))
		text_append(&making->out, "dgOwnerRole: cn=r2,ou=roles,o=acme\n");
	if (chance(making, 4))
		text_print(&making->out, "dgForbidden: %s\n", random_one(&making->random, patterns));
	if (chance(making, 2))
		text_append(&making->out, "dgHasPlan: cn=gold,o=acme\n");
	text_print(&making->out, "\ndn: cn=gold,o=acme\nobjectClass: dgPlan\ncn: gold\ndgSeats: %u\n\n", below(making, 8));
}

static void people(struct making *making)
{
	for (uint32_t i = 0; i < RANDOM_PEOPLE; i++) {
		text_print(&making->out, "dn: uid=p%u,ou=people,o=acme\nobjectClass: inetOrgPerson\nobjectClass: dgAccount\n"
		                         "uid: p%u\nsn: P\ncn: p%u\n", i, i, i);
		if (chance(making, 2))
			text_print(&making->out, "title: %s\n", chance(making, 2) ? "chief" : "clerk");
		if (chance(making, 2))
			text_print(&making->out, "departmentNumber: %u\n", below(making, 20));
		if (chance(making, 2))
			text_print(&making->out, "manager: uid=p%u,ou=people,o=acme\n", below(making, RANDOM_PEOPLE));
		if (chance(making, 10))
			text_append(&making->out, "dgStatus: deactivated\n");
		text_append(&making->out, "\n");
	}
}

static void groups(struct making *making)
{
	for (uint32_t i = 0; i < GROUPS; i++) {
		text_print(&making->out, "dn: cn=g%u,ou=groups,o=acme\nobjectClass: groupOfNames\ncn: g%u\n", i, i);
		for (uint32_t count = below(making, 4); count > 0; count--)
			member(making, "member");
		text_append(&making->out, "\n");
	}
}

static void workspaces(struct making *making)
{
	for (uint32_t i = 0; i < RANDOM_WORKSPACES; i++) {
		text_append(&making->out, "dn: ");
		workspace_dn(making, i);
		text_print(&making->out, "\nobjectClass: organizationalUnit\nobjectClass: dgWorkspace\nou: w%u\n", i);
		if (chance(making, 4))
			text_append(&making->out, "dgIsolated: TRUE\n");
		if (chance(making, 8))
			text_append(&making->out, "dgStatus: disabled\n");
		if (chance(making, 3))
			text_append(&making->out, "dgVisibility: public\n");
		if (chance(making, 3))
			member(making, "owner");
		if (chance(making, 6))
			text_print(&making->out, "dgForbidden: %s\n", random_one(&making->random, patterns));
		text_append(&making->out, "\n");
	}
}

static void roles(struct making *making)
{
	for (uint32_t i = 0; i < ROLES; i++) {
		text_print(&making->out, "dn: cn=r%u,ou=roles,o=acme\nobjectClass: dgRole\ncn: r%u\n", i, i);
		rules(making, "dgPermission", 3);
		rules(making, "dgOrganizationPermission", 1);
		if (chance(making, 4))
			rule(making, "dgDeny");
		if (chance(making, 4))
			rule(making, "dgOptionalPermission");
		if (chance(making, 6))
			text_print(&making->out, "dgCeiling: %s\n", random_one(&making->random, patterns));
		if (chance(making, 3))
			role_dn(making, "dgInherits");
		if (chance(making, 6))
			text_append(&making->out, "dgRequiresPlan: cn=gold,o=acme\n");
		if (chance(making, 3))
			text_append(&making->out, "dgPermission: members.*\ndgPermission: users.*\ndgPermission: teams.*\n");
		if (chance(making, 3))
			role_dn(making, "dgMayAssign");
		if (chance(making, 4))
			text_append(&making->out, "dgMayAssign: ou=roles,o=acme\n");
		if (chance(making, 3))
			text_append(&making->out, "dgKeepHolder: TRUE\n");
		text_append(&making->out, "\n");
	}
	for (uint32_t i = 0; i < 2; i++) {
		text_print(&making->out, "dn: cn=s%u,o=acme\nobjectClass: dgRoleSet\ncn: s%u\ndgMaximum: %u\n", i, i,
		           1 + below(making, 2));
		for (uint32_t j = 0; j < 3; j++)
			role_dn(making, "dgRoleMember");
		text_append(&making->out, chance(making, 2) ? "dgPhase: dynamic\n\n" : "\n");
	}
}

static void restrictions(struct making *making)
{
	for (uint32_t i = 0; i < RESTRICTIONS; i++) {
		text_print(&making->out, "dn: cn=x%u,o=acme\nobjectClass: dgRestriction\ncn: x%u\n", i, i);
		rules(making, "dgRestricts", 2);
		if (chance(making, 3))
			text_print(&making->out, "dgObligation: %s log=%u\n", random_one(&making->random, patterns), i);
		text_append(&making->out, "\n");
	}
}

static void binding_place(struct making *making, uint32_t number)
{
	text_print(&making->out, "dn: cn=b%u,", number);
	workspace_dn(making, below(making, RANDOM_WORKSPACES));
	text_print(&making->out, "\nobjectClass: dgBinding\ncn: b%u\n", number);
	if (chance(making, 4)) {
		text_append(&making->out, "dgScope: ");
		workspace_dn(making, below(making, RANDOM_WORKSPACES));
		text_append(&making->out, "\n");
	}
	if (chance(making, 4))
		text_append(&making->out, chance(making, 8) ? "dgScope: ou=gone,o=acme\n" : "dgScope: o=acme\n");
}

static void bindings(struct making *making)
{
	static const char *const oddities[] = {
		"dgDisabled: TRUE\n", "dgDisabled: perhaps\n", "dgNotAfter: 20200101000000Z\n", "dgNotAfter: 20300101000000Z\n",
		"dgNotBefore: soon\n", "dgMemberFilter: (title=chief)\n", "dgMemberFilter: (!(nosuch=x))\n",
		"dgMemberFilter: (title=\n", "memberUid: p1\n", "dgDuring: Mon-Fri 08:00-18:00\n", NULL};
	for (uint32_t i = 0; i < BINDINGS; i++) {
		binding_place(making, i);
		if (!chance(making, 5))
			for (uint32_t count = 1 + below(making, 2); count > 0; count--)
				role_dn(making, "dgGrantsRole");
		for (uint32_t count = below(making, 4); count > 0; count--)
			member(making, "member");
		if (chance(making, 3))
			text_print(&making->out, "dgRestrictedBy: cn=x%u,o=acme\n", below(making, RESTRICTIONS + (chance(making, 8) ? 2 : 0)));
		if (chance(making, 4))
			rule(making, "dgPermission");
		if (chance(making, 3))
			text_append(&making->out, random_one(&making->random, oddities));
		text_append(&making->out, "\n");
	}
}

static void invitations(struct making *making)
{
	text_print(&making->out, "dn: cn=i0,ou=w3,o=acme\nobjectClass: dgInvitation\ncn: i0\ndgStatus: invited\n"
	                         "member: uid=p%u,ou=people,o=acme\n", below(making, RANDOM_PEOPLE));
	role_dn(making, "dgGrantsRole");
	text_append(&making->out, "\n");
}

char *random_world(uint64_t seed)
{
	struct making making = {.random = {seed * 2654435761u + 1}};
	text_init(&making.out, 1 << 20);
	organization(&making);
	people(&making);
	groups(&making);
	workspaces(&making);
	roles(&making);
	restrictions(&making);
	bindings(&making);
	invitations(&making);
	return text_detach(&making.out);
}

/* ---- The same, written otherwise ---- */

#define PIECES_MAX 256

struct pieces { uint32_t count; char *items[PIECES_MAX]; };

static void cut(char *text, const char *separator, struct pieces *pieces)
{
	pieces->count = 0;
	for (char *at = text, *end; *at != '\0' && pieces->count < PIECES_MAX; at = end + strlen(separator)) {
		end = strstr(at, separator);
		pieces->items[pieces->count++] = at;
		if (end == NULL)
			return;
		*end = '\0';
	}
}

static void shuffle(struct random *random, struct pieces *pieces, uint32_t first)
{
	for (uint32_t i = pieces->count; i > first + 1; i--) {
		uint32_t other = first + random_below(random, i - first);
		char *held = pieces->items[i - 1];
		pieces->items[i - 1] = pieces->items[other];
		pieces->items[other] = held;
	}
}

static bool is_dn_line(const char *line)
{
	static const char *const names[] = {
		"dn: ", "member: ", "owner: ", "manager: ", "dgScope: ", "dgGrantsRole: ", "dgInherits: ", "dgRestrictedBy: ",
		"dgRoleMember: ", "dgMayAssign: ", "dgRequiresPlan: ", "dgHasPlan: ", "dgDefaultWorkspace: ", "dgDefaultRole: ",
		"dgPublicRole: ", "dgOwnerRole: ", "dgPeopleBase: ", NULL};
	for (const char *const *name = names; *name != NULL; name++)
		if (strncmp(line, *name, strlen(*name)) == 0)
			return true;
	return false;
}

/* Capitals and spaces do not make another DN, nor does a type's OID. */
static void respell(struct random *random, const char *line, struct text *out)
{
	const char *at = strstr(line, ": ") + 2;
	text_append_octets(out, line, (size_t)(at - line));
	for (; *at != '\0'; at++) {
		bool type = strncmp(at, "cn=", 3) == 0 && (at[-1] == ',' || at[-1] == ' ');
		if (type && random_below(random, 4) == 0) {
			text_append(out, "2.5.4.3");
			at++;
			continue;
		}
		text_append_char(out, random_below(random, 3) == 0 ? (char)toupper((unsigned char)*at) : *at);
		if (*at == ',' && random_below(random, 3) == 0)
			text_append_char(out, ' ');
	}
	text_append(out, "\n");
}

char *random_world_respelled(const char *ldif, uint64_t seed)
{
	struct random random = {seed + 7};
	struct pieces entries, lines;
	struct text out;
	char *copy = memory_string(ldif);
	text_init(&out, 1 << 20);
	cut(copy, "\n\n", &entries);
	shuffle(&random, &entries, 0);
	for (uint32_t i = 0; i < entries.count; i++) {
		cut(entries.items[i], "\n", &lines);
		shuffle(&random, &lines, 1); /* the dn: line stays first */
		for (uint32_t j = 0; j < lines.count; j++) {
			if (is_dn_line(lines.items[j]))
				respell(&random, lines.items[j], &out);
			else
				text_print(&out, "%s\n", lines.items[j]);
		}
		text_append(&out, "\n");
	}
	free(copy);
	return text_detach(&out);
}
