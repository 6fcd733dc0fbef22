/* What lint finds: nothing in a sound world, each rule's flaw in one that has it, and everything at once where all is
 * wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "../../support/world.h"
#include "base/memory.h"
#include "base/text.h"
#include "decide/lint/lint.h"

static const char sound[] =
	"dn: o=acme\nobjectClass: organization\nobjectClass: dgOrganization\no: acme\ndgPeopleBase: ou=people,o=acme\n"
	"dgHasPlan: cn=plan,o=acme\ndgOwnerRole: cn=role,ou=roles,o=acme\ndgDefaultWorkspace: ou=w,o=acme\n\n"
	"dn: cn=plan,o=acme\nobjectClass: dgPlan\ncn: plan\n\n"
	"dn: uid=p,ou=people,o=acme\nobjectClass: inetOrgPerson\nuid: p\ncn: p\nsn: p\ntitle: t\n\n"
	"dn: cn=g,o=acme\nobjectClass: groupOfNames\ncn: g\nmember: uid=p,ou=people,o=acme\n\n"
	"dn: cn=role,ou=roles,o=acme\nobjectClass: dgRole\ncn: role\ndgMayAssign: ou=roles,o=acme\n"
	"dgPermission: a (owner=$user.uid)\ndgOptionalPermission: b.*\ndgRequiresPlan: cn=plan,o=acme\n\n"
	"dn: cn=x,o=acme\nobjectClass: dgRestriction\ncn: x\ndgAppliesTo: cn=role,ou=roles,o=acme\n"
	"dgRestricts: a (team=$user.groups)\n\n"
	"dn: ou=w,o=acme\nobjectClass: organizationalUnit\nobjectClass: dgWorkspace\nou: w\nowner: cn=g,o=acme\n\n"
	"dn: cn=b,ou=w,o=acme\nobjectClass: dgBinding\ncn: b\ndgGrantsRole: cn=role,ou=roles,o=acme\n"
	"dgRestrictedBy: cn=x,o=acme\nmember: cn=g,o=acme\nmemberUid: P\ndgPermission: b.c\n"
	"dgMemberFilter: (title=t)\n\n"
	"dn: cn=s,o=acme\nobjectClass: dgRoleSet\ncn: s\ndgRoleMember: ou=roles,o=acme\ndgMaximum: 1\n\n"
	"dn: cn=i,ou=w,o=acme\nobjectClass: dgInvitation\ncn: i\ndgStatus: invited\n"
	"dgGrantsRole: cn=role,ou=roles,o=acme\nmember: uid=p,ou=people,o=acme\n\n"
	"dn: dgId=1,ou=w,o=acme\nobjectClass: dgResource\ndgId: 1\ndgResourceType: t\nowner: uid=p,ou=people,o=acme\n\n"
	"dn: dgId=1,o=acme\nobjectClass: dgResource\ndgId: 1\ndgResourceType: t\n";

static const char wrong[] =
	"dn: o=acme\nobjectClass: organization\nobjectClass: dgOrganization\no: acme\ndgHasPlan: cn=noplan,o=acme\n"
	"dgOwnerRole: cn=norole,o=acme\ndgDefaultWorkspace: cn=r,o=acme\ndgPeopleBase: ou=nobase,o=acme\n"
	"dgPeopleBase: o=beta\ndgPeopleBase: o=acme\n\n"
	"dn: o=beta\nobjectClass: organization\nobjectClass: dgOrganization\no: beta\n\n"
	"dn: cn=beta,o=beta\nobjectClass: dgRole\ncn: beta\n\n"
	"dn: cn=betagroup,o=beta\nobjectClass: groupOfNames\ncn: betagroup\n\n"
	"dn: uid=p,o=acme\nobjectClass: inetOrgPerson\nuid: p\ncn: p\nsn: p\n\n"
	"dn: cn=p2,o=acme\nobjectClass: inetOrgPerson\nobjectClass: dgAccount\nuid: P\ncn: p2\nsn: p\n"
	"dgHasPlan: cn=noplan,o=acme\n\n"
	"dn: cn=r,o=acme\nobjectClass: dgRole\ncn: r\ndgInherits: cn=r2,o=acme\ndgInherits: cn=beta,o=beta\n"
	"dgMayAssign: ou=empty,o=acme\ndgRequiresPlan: cn=noplan,o=acme\ndgPermission: a (subject.nosuch=x)\n\n"
	"dn: cn=r2,o=acme\nobjectClass: dgRole\ncn: r2\ndgInherits: cn=r,o=acme\n\n"
	"dn: cn=R2,ou=more,o=acme\nobjectClass: dgRole\ncn: R2\n\n"
	"dn: cn=x,o=acme\nobjectClass: dgRestriction\ncn: x\ndgAppliesTo: cn=norole,o=acme\n"
	"dgRestricts: a (x=$user.nosuch)\n\n"
	"dn: ou=w,o=acme\nobjectClass: organizationalUnit\nobjectClass: dgWorkspace\nou: w\nowner: cn=r,o=acme\n\n"
	"dn: ou=stray\nobjectClass: organizationalUnit\nobjectClass: dgWorkspace\nou: stray\n\n"
	"dn: cn=b,o=acme\nobjectClass: dgBinding\ncn: b\ndgGrantsRole: cn=norole,o=acme\n"
	"dgRestrictedBy: cn=r,o=acme\nmember: uid=nobody,o=acme\nmember: cn=r,o=acme\nmember: cn=betagroup,o=beta\n"
	"memberUid: p\nmemberUid: ghost\ndgPermission: b.c\ndgMemberFilter: (nosuch=t)\n\n"
	"dn: cn=b2,o=acme\nobjectClass: dgBinding\ncn: b2\ndgGrantsRole: cn=r,o=acme\ndgScope: ou=gone,o=acme\n"
	"dgScope: o=beta\n\n"
	"dn: cn=g,o=acme\nobjectClass: groupOfNames\ncn: g\nmember: cn=g,o=acme\n\n"
	"dn: cn=s,o=acme\nobjectClass: dgRoleSet\ncn: s\ndgRoleMember: ou=empty,o=acme\ndgMaximum: many\n\n"
	"dn: dgId=1,ou=w,o=acme\nobjectClass: dgResource\ndgId: 1\ndgResourceType: t\n\n"
	"dn: dgId=1,ou=sub,ou=w,o=acme\nobjectClass: dgResource\ndgId: 1\ndgResourceType: T\n";

/* ---- One rule, one flaw ---- */

/* What is added to the sound world: a flaw, then the same without it (NULL: the sound world is). */
static const struct flaw {
	enum problem_code code;
	const char *found; /* "rdn attribute value", or in place of either of the last two "-" */
	const char *broken, *repaired;
	const char *line;  /* added so many times to the last entry, with a number in it; repaired once less */
	unsigned times;
} flaws[] = {
	{PROBLEM_BAD_PERMISSION, "cn=t dgPermission a (x=",
	 "dn: cn=t,o=acme\nobjectClass: dgRole\ncn: t\ndgPermission: a (x=\n\n",
	 NULL, NULL, 0},
	{PROBLEM_BAD_DENY, "cn=t dgDeny a (x=",
	 "dn: cn=t,o=acme\nobjectClass: dgRole\ncn: t\ndgDeny: a (x=\n\n",
	 NULL, NULL, 0},
	{PROBLEM_BAD_CEILING, "cn=t dgCeiling a b",
	 "dn: cn=t,o=acme\nobjectClass: dgRole\ncn: t\ndgCeiling: a b\n\n",
	 NULL, NULL, 0},
	{PROBLEM_BAD_FORBIDDEN, "ou=v dgForbidden !",
	 "dn: ou=v,o=acme\nobjectClass: organizationalUnit\nobjectClass: dgWorkspace\nou: v\ndgForbidden: !\n"
	 "\n",
	 NULL, NULL, 0},
	{PROBLEM_BAD_RESTRICTS, "cn=tx dgRestricts a (x=",
	 "dn: cn=tx,o=acme\nobjectClass: dgRestriction\ncn: tx\ndgRestricts: a (x=\n\n",
	 NULL, NULL, 0},
	{PROBLEM_BAD_OBLIGATION, "cn=tx dgObligation a",
	 "dn: cn=tx,o=acme\nobjectClass: dgRestriction\ncn: tx\ndgObligation: a\n\n",
	 NULL, NULL, 0},
	{PROBLEM_BAD_REFERENCE, "cn=t dgInherits nowhere",
	 "dn: cn=t,o=acme\nobjectClass: dgRole\ncn: t\ndgInherits: nowhere\n\n",
	 NULL, NULL, 0},
	{PROBLEM_BAD_TIME, "cn=tb dgNotAfter soon",
	 "dn: cn=tb,ou=w,o=acme\nobjectClass: dgBinding\ncn: tb\ndgNotAfter: soon\n\n",
	 NULL, NULL, 0},
	{PROBLEM_BAD_BOOLEAN, "ou=v dgIsolated maybe",
	 "dn: ou=v,o=acme\nobjectClass: organizationalUnit\nobjectClass: dgWorkspace\nou: v\n"
	 "dgIsolated: maybe\n\n",
	 NULL, NULL, 0},
	{PROBLEM_BAD_INTEGER, "cn=ts dgMaximum many",
	 "dn: cn=ts,o=acme\nobjectClass: dgRoleSet\ncn: ts\ndgMaximum: many\n\n",
	 NULL, NULL, 0},
	{PROBLEM_BAD_FILTER, "cn=tb dgMemberFilter (x",
	 "dn: cn=tb,ou=w,o=acme\nobjectClass: dgBinding\ncn: tb\ndgMemberFilter: (x\n\n",
	 NULL, NULL, 0},
	{PROBLEM_BAD_KEYWORD, "ou=v dgStatus shut",
	 "dn: ou=v,o=acme\nobjectClass: organizationalUnit\nobjectClass: dgWorkspace\nou: v\ndgStatus: shut\n"
	 "\n",
	 NULL, NULL, 0},
	{PROBLEM_BAD_PROPERTY, "dgId=3 dgProperty x",
	 "dn: dgId=3,ou=w,o=acme\nobjectClass: dgResource\ndgId: 3\ndgResourceType: channel\ndgProperty: x\n\n",
	 NULL, NULL, 0},
	{PROBLEM_BAD_NAME_PATTERN, "cn=tr dgNamePattern x",
	 "dn: cn=tr,o=acme\nobjectClass: dgGroupRule\ncn: tr\ndgNamePattern: x\ndgGroupBase: o=acme\n\n",
	 NULL, NULL, 0},
	{PROBLEM_BAD_KNOWN_PERMISSION, "o=beta dgKnownPermission !",
	 "dn: o=beta\nobjectClass: organization\nobjectClass: dgOrganization\no: beta\ndgKnownPermission: !\n"
	 "\n",
	 NULL, NULL, 0},
	{PROBLEM_BAD_ACCOUNT_STATE, "uid=q nsAccountLock maybe",
	 "dn: uid=q,ou=people,o=acme\nobjectClass: inetOrgPerson\nuid: q\ncn: q\nsn: q\nnsAccountLock: maybe\n"
	 "\n",
	 NULL, NULL, 0},
	{PROBLEM_SECOND_VALUE, "cn=t dgId two",
	 "dn: cn=t,o=acme\nobjectClass: dgRole\ncn: t\ndgId: one\ndgId: two\n\n",
	 NULL, NULL, 0},
	{PROBLEM_MISSING_VALUE, "cn=ts dgMaximum -",
	 "dn: cn=ts,o=acme\nobjectClass: dgRoleSet\ncn: ts\ndgRoleMember: ou=roles,o=acme\n\n",
	 NULL, NULL, 0},
	{PROBLEM_SECOND_KIND, "o=beta objectClass -",
	 "dn: o=beta\nobjectClass: organization\nobjectClass: dgOrganization\no: beta\n"
	 "objectClass: dgWorkspace\n\n",
	 NULL, NULL, 0},
	{PROBLEM_NOT_TEXT, "cn=t dgPermission -",
	 "dn: cn=t,o=acme\nobjectClass: dgRole\ncn: t\ndgPermission:: /w==\n\n",
	 NULL, NULL, 0},
	{PROBLEM_TOO_MANY, "cn=t - -",
	 "dn: cn=t,o=acme\nobjectClass: dgRole\ncn: t\n",
	 NULL,
	 "dgPermission: !%u\n", 1000},
	{PROBLEM_DANGLING_MEMBER, "cn=tg member uid=gone,o=acme",
	 "dn: cn=tg,o=acme\nobjectClass: groupOfNames\ncn: tg\nmember: uid=gone,o=acme\n\n",
	 NULL, NULL, 0},
	{PROBLEM_NOT_A_MEMBER, "cn=tg member ou=w,o=acme",
	 "dn: cn=tg,o=acme\nobjectClass: groupOfNames\ncn: tg\nmember: ou=w,o=acme\n\n",
	 NULL, NULL, 0},
	{PROBLEM_AMBIGUOUS_MEMBER, "cn=tb memberUid p",
	 "dn: uid=q,ou=people,o=acme\nobjectClass: inetOrgPerson\nuid: q\ncn: q\nsn: q\nuid: p\n\n"
	 "dn: cn=tb,ou=w,o=acme\nobjectClass: dgBinding\ncn: tb\nmemberUid: p\n\n",
	 NULL, NULL, 0},
	{PROBLEM_MEMBER_CAME_LATER, "cn=tb member uid=q,ou=people,o=acme",
	 "dn: uid=q,ou=people,o=acme\nobjectClass: inetOrgPerson\nuid: q\ncn: q\nsn: q\ncreateTimestamp: 20260101000001Z\n\n"
	 "dn: cn=tb,ou=w,o=acme\nobjectClass: dgBinding\ncn: tb\nmember: uid=q,ou=people,o=acme\nmodifyTimestamp: 20260101000000.9Z\n\n",
	 "dn: uid=q,ou=people,o=acme\nobjectClass: inetOrgPerson\nuid: q\ncn: q\nsn: q\ncreateTimestamp: 20260101000000Z\n\n"
	 "dn: cn=tb,ou=w,o=acme\nobjectClass: dgBinding\ncn: tb\nmember: uid=q,ou=people,o=acme\nmodifyTimestamp: 20260101000000.9Z\n\n", NULL, 0},
	{PROBLEM_MEMBER_CAME_LATER, "cn=tg uniqueMember uid=q,ou=people,o=acme",
	 "dn: uid=q,ou=people,o=acme\nobjectClass: inetOrgPerson\nuid: q\ncn: q\nsn: q\ncreateTimestamp: 20260101000001Z\n\n"
	 "dn: cn=tg,o=acme\nobjectClass: groupOfUniqueNames\ncn: tg\nuniqueMember: uid=q,ou=people,o=acme\nmodifyTimestamp: 20260101000000.9Z\n\n",
	 "dn: uid=q,ou=people,o=acme\nobjectClass: inetOrgPerson\nuid: q\ncn: q\nsn: q\ncreateTimestamp: 20260101000000Z\n\n"
	 "dn: cn=tg,o=acme\nobjectClass: groupOfUniqueNames\ncn: tg\nuniqueMember: uid=q,ou=people,o=acme\nmodifyTimestamp: 20260101000000.9Z\n\n", NULL, 0},
	{PROBLEM_MEMBER_CAME_LATER, "cn=tg memberUid Q",
	 "dn: uid=q,ou=people,o=acme\nobjectClass: inetOrgPerson\nuid: q\ncn: q\nsn: q\ncreateTimestamp: 20260101000001Z\n\n"
	 "dn: cn=tg,o=acme\nobjectClass: posixGroup\ncn: tg\ngidNumber: 1\nmemberUid: Q\nmodifyTimestamp: 20260101000000.9Z\n\n",
	 "dn: uid=q,ou=people,o=acme\nobjectClass: inetOrgPerson\nuid: q\ncn: q\nsn: q\ncreateTimestamp: 20260101000000Z\n\n"
	 "dn: cn=tg,o=acme\nobjectClass: posixGroup\ncn: tg\ngidNumber: 1\nmemberUid: Q\nmodifyTimestamp: 20260101000000.9Z\n\n", NULL, 0},
	{PROBLEM_MEMBER_CAME_LATER, "ou=v owner uid=q,ou=people,o=acme",
	 "dn: uid=q,ou=people,o=acme\nobjectClass: inetOrgPerson\nuid: q\ncn: q\nsn: q\ncreateTimestamp: 20260101000001Z\n\n"
	 "dn: ou=v,o=acme\nobjectClass: dgWorkspace\nou: v\nowner: uid=q,ou=people,o=acme\nmodifyTimestamp: 20260101000000.9Z\n\n",
	 "dn: uid=q,ou=people,o=acme\nobjectClass: inetOrgPerson\nuid: q\ncn: q\nsn: q\ncreateTimestamp: 20260101000000Z\n\n"
	 "dn: ou=v,o=acme\nobjectClass: dgWorkspace\nou: v\nowner: uid=q,ou=people,o=acme\nmodifyTimestamp: 20260101000000.9Z\n\n", NULL, 0},
	{PROBLEM_MEMBER_CAME_LATER, "cn=tb member cn=tg,o=acme",
	 "dn: cn=tg,o=acme\nobjectClass: groupOfNames\ncn: tg\nwhenCreated: 20260101000001.0Z\n\n"
	 "dn: cn=tb,ou=w,o=acme\nobjectClass: dgBinding\ncn: tb\nmember: cn=tg,o=acme\nwhenChanged: 20260101000000.0Z\n\n",
	 "dn: cn=tg,o=acme\nobjectClass: groupOfNames\ncn: tg\nwhenCreated: 20260101000001.0Z\n\n"
	 "dn: cn=tb,ou=w,o=acme\nobjectClass: dgBinding\ncn: tb\nmember: cn=tg,o=acme\n\n", NULL, 0},
	{PROBLEM_NO_SUCH_ROLE, "cn=tb dgGrantsRole cn=gone,o=acme",
	 "dn: cn=tb,ou=w,o=acme\nobjectClass: dgBinding\ncn: tb\ndgGrantsRole: cn=gone,o=acme\n\n",
	 NULL, NULL, 0},
	{PROBLEM_NO_SUCH_RESTRICTION, "cn=tb dgRestrictedBy cn=g,o=acme",
	 "dn: cn=tb,ou=w,o=acme\nobjectClass: dgBinding\ncn: tb\ndgRestrictedBy: cn=g,o=acme\n\n",
	 NULL, NULL, 0},
	{PROBLEM_NO_SUCH_PLAN, "cn=t dgRequiresPlan cn=g,o=acme",
	 "dn: cn=t,o=acme\nobjectClass: dgRole\ncn: t\ndgRequiresPlan: cn=g,o=acme\n\n",
	 NULL, NULL, 0},
	{PROBLEM_NO_SUCH_WORKSPACE, "cn=tb dgScope cn=g,o=acme",
	 "dn: cn=tb,ou=w,o=acme\nobjectClass: dgBinding\ncn: tb\ndgScope: cn=g,o=acme\n\n",
	 NULL, NULL, 0},
	{PROBLEM_NO_SUCH_REFERENCE, "o=beta dgPeopleBase ou=gone",
	 "dn: o=beta\nobjectClass: organization\nobjectClass: dgOrganization\no: beta\ndgPeopleBase: ou=gone\n"
	 "\n",
	 NULL, NULL, 0},
	{PROBLEM_FOREIGN_REFERENCE, "cn=tb dgScope o=beta",
	 "dn: o=beta\nobjectClass: organization\nobjectClass: dgOrganization\no: beta\n\n"
	 "dn: cn=tb,ou=w,o=acme\nobjectClass: dgBinding\ncn: tb\ndgScope: o=beta\n\n",
	 "dn: o=beta\nobjectClass: organization\nobjectClass: dgOrganization\no: beta\n\n"
	 "dn: cn=tb,ou=w,o=acme\nobjectClass: dgBinding\ncn: tb\ndgScope: o=acme\n\n", NULL, 0},
	{PROBLEM_NO_SCOPE, "cn=tb - -",
	 "dn: cn=tb,o=acme\nobjectClass: dgBinding\ncn: tb\nmember: uid=p,ou=people,o=acme\n\n",
	 "dn: cn=tb,o=acme\nobjectClass: dgBinding\ncn: tb\nmember: uid=p,ou=people,o=acme\ndgScope: o=acme\n"
	 "\n", NULL, 0},
	{PROBLEM_UNENCLOSED, "ou=stray - -",
	 "dn: ou=stray\nobjectClass: organizationalUnit\nobjectClass: dgWorkspace\nou: stray\n\n",
	 NULL, NULL, 0},
	{PROBLEM_NOT_OPTIONAL, "cn=tb dgPermission c",
	 "dn: cn=tb,ou=w,o=acme\nobjectClass: dgBinding\ncn: tb\ndgGrantsRole: cn=role,ou=roles,o=acme\n"
	 "dgPermission: c\n\n",
	 "dn: cn=tb,ou=w,o=acme\nobjectClass: dgBinding\ncn: tb\ndgGrantsRole: cn=role,ou=roles,o=acme\n"
	 "dgPermission: b.d\n\n", NULL, 0},
	{PROBLEM_DUPLICATE_ID, "cn=t - role",
	 "dn: cn=t,o=acme\nobjectClass: dgRole\ncn: t\ndgId: role\n\n",
	 NULL, NULL, 0},
	{PROBLEM_EMPTY_REFERENCE, "cn=ts dgRoleMember ou=people,o=acme",
	 "dn: cn=ts,o=acme\nobjectClass: dgRoleSet\ncn: ts\ndgRoleMember: ou=people,o=acme\ndgMaximum: 1\n\n",
	 NULL, NULL, 0},
	{PROBLEM_UNKNOWN_ATTRIBUTE, "cn=tb dgMemberFilter colour",
	 "dn: cn=tb,ou=w,o=acme\nobjectClass: dgBinding\ncn: tb\ndgMemberFilter: (colour=red)\n\n",
	 "dn: cn=tb,ou=w,o=acme\nobjectClass: dgBinding\ncn: tb\ndgMemberFilter: (title=red)\n\n", NULL, 0},
	{PROBLEM_CYCLE, "cn=t dgInherits cn=t,o=acme",
	 "dn: cn=t,o=acme\nobjectClass: dgRole\ncn: t\ndgInherits: cn=t,o=acme\n\n",
	 NULL, NULL, 0},
	{PROBLEM_UNMATCHED_PATTERN, "cn=t dgDeny c.*",
	 "dn: cn=t,o=acme\nobjectClass: dgRole\ncn: t\ndgDeny: c.*\n\n",
	 "dn: cn=t,o=acme\nobjectClass: dgRole\ncn: t\ndgDeny: c.*\ndgPermission: c.d\n\n", NULL, 0},
	{PROBLEM_MISSPELT_PERMISSION, "cn=t dgPermission members.raed",
	 "dn: cn=t,o=acme\nobjectClass: dgRole\ncn: t\ndgPermission: members.raed\n\n",
	 "dn: cn=t,o=acme\nobjectClass: dgRole\ncn: t\ndgPermission: members.read\n\n", NULL, 0},
	{PROBLEM_EVERYTHING_IN_WORKSPACE, "cn=t dgPermission *",
	 "dn: cn=t,o=acme\nobjectClass: dgRole\ncn: t\ndgPermission: *\n\ndn: cn=tb,ou=w,o=acme\n"
	 "objectClass: dgBinding\ncn: tb\ndgGrantsRole: cn=t,o=acme\n\n",
	 "dn: cn=t,o=acme\nobjectClass: dgRole\ncn: t\ndgPermission: *\n\ndn: cn=tb,ou=w,o=acme\n"
	 "objectClass: dgBinding\ncn: tb\ndgGrantsRole: cn=t,o=acme\ndgScope: o=acme\n\n", NULL, 0},
	{PROBLEM_UNHELD_ROLE, "cn=t - -",
	 "dn: cn=t,o=acme\nobjectClass: dgRole\ncn: t\n\ndn: cn=tb,ou=w,o=acme\nobjectClass: dgBinding\n"
	 "cn: tb\ndgGrantsRole: cn=t,o=acme\n\n",
	 "dn: cn=t,o=acme\nobjectClass: dgRole\ncn: t\n\ndn: cn=tb,ou=w,o=acme\nobjectClass: dgBinding\n"
	 "cn: tb\ndgGrantsRole: cn=t,o=acme\nmember: uid=p,ou=people,o=acme\n\n", NULL, 0},
	{PROBLEM_NO_OWNER, "ou=v - cn=role,ou=roles,o=acme",
	 "dn: ou=v,o=acme\nobjectClass: organizationalUnit\nobjectClass: dgWorkspace\nou: v\n\n",
	 "dn: ou=v,o=acme\nobjectClass: organizationalUnit\nobjectClass: dgWorkspace\nou: v\n"
	 "owner: uid=p,ou=people,o=acme\n\n", NULL, 0},
	{PROBLEM_OWNER_WITHOUT_ROLE, "ou=b owner ou=people,o=acme",
	 "dn: o=beta\nobjectClass: organization\nobjectClass: dgOrganization\no: beta\n\ndn: ou=b,o=beta\n"
	 "objectClass: organizationalUnit\nobjectClass: dgWorkspace\nou: b\nowner: ou=people,o=acme\n\n",
	 "dn: o=beta\nobjectClass: organization\nobjectClass: dgOrganization\no: beta\n"
	 "dgOwnerRole: cn=role,ou=roles,o=acme\n\ndn: ou=b,o=beta\nobjectClass: organizationalUnit\n"
	 "objectClass: dgWorkspace\nou: b\nowner: ou=people,o=acme\n\n", NULL, 0},
	{PROBLEM_NO_HOLDER, "ou=w - cn=t,o=acme",
	 "dn: cn=t,o=acme\nobjectClass: dgRole\ncn: t\ndgKeepHolder: TRUE\n\ndn: cn=tb,ou=w,o=acme\n"
	 "objectClass: dgBinding\ncn: tb\ndgGrantsRole: cn=t,o=acme\n\n",
	 "dn: cn=t,o=acme\nobjectClass: dgRole\ncn: t\ndgKeepHolder: TRUE\n\ndn: cn=tb,ou=w,o=acme\n"
	 "objectClass: dgBinding\ncn: tb\ndgGrantsRole: cn=t,o=acme\nmember: uid=p,ou=people,o=acme\n\n", NULL, 0},
	{PROBLEM_SEPARATION_OF_DUTY, "uid=p - cn=ts,o=acme",
	 "dn: cn=t,o=acme\nobjectClass: dgRole\ncn: t\n\ndn: cn=t2,o=acme\nobjectClass: dgRole\ncn: t2\n\n"
	 "dn: cn=t3,o=acme\nobjectClass: dgRole\ncn: t3\n\ndn: cn=tb,ou=w,o=acme\nobjectClass: dgBinding\n"
	 "cn: tb\ndgGrantsRole: cn=t,o=acme\ndgGrantsRole: cn=t2,o=acme\ndgGrantsRole: cn=t3,o=acme\n"
	 "member: uid=p,ou=people,o=acme\n\ndn: cn=ts,o=acme\nobjectClass: dgRoleSet\ncn: ts\ndgMaximum: 2\n"
	 "dgRoleMember: cn=t,o=acme\ndgRoleMember: cn=t2,o=acme\ndgRoleMember: cn=t3,o=acme\n\n",
	 "dn: cn=t,o=acme\nobjectClass: dgRole\ncn: t\n\ndn: cn=t2,o=acme\nobjectClass: dgRole\ncn: t2\n\n"
	 "dn: cn=t3,o=acme\nobjectClass: dgRole\ncn: t3\n\ndn: cn=tb,ou=w,o=acme\nobjectClass: dgBinding\n"
	 "cn: tb\ndgGrantsRole: cn=t,o=acme\ndgGrantsRole: cn=t2,o=acme\ndgGrantsRole: cn=t3,o=acme\n"
	 "member: uid=p,ou=people,o=acme\n\ndn: cn=ts,o=acme\nobjectClass: dgRoleSet\ncn: ts\ndgMaximum: 3\n"
	 "dgRoleMember: cn=t,o=acme\ndgRoleMember: cn=t2,o=acme\ndgRoleMember: cn=t3,o=acme\n\n", NULL, 0},
	{PROBLEM_SEVERAL_LEVELS, "uid=p - cn=ts,o=acme",
	 "dn: cn=t,o=acme\nobjectClass: dgRole\ncn: t\n\ndn: cn=t2,o=acme\nobjectClass: dgRole\ncn: t2\n\n"
	 "dn: cn=tb,ou=w,o=acme\nobjectClass: dgBinding\ncn: tb\ndgGrantsRole: cn=t,o=acme\n"
	 "member: uid=p,ou=people,o=acme\n\ndn: cn=tc,ou=w,o=acme\nobjectClass: dgBinding\ncn: tc\n"
	 "dgGrantsRole: cn=t2,o=acme\nmember: uid=p,ou=people,o=acme\ndgScope: o=acme\n\ndn: cn=ts,o=acme\n"
	 "objectClass: dgRoleSet\ncn: ts\ndgMaximum: 1\ndgRoleMember: cn=t,o=acme\n"
	 "dgRoleMember: cn=t2,o=acme\n\n",
	 "dn: cn=t,o=acme\nobjectClass: dgRole\ncn: t\n\ndn: cn=t2,o=acme\nobjectClass: dgRole\ncn: t2\n\n"
	 "dn: cn=tb,ou=w,o=acme\nobjectClass: dgBinding\ncn: tb\ndgGrantsRole: cn=t,o=acme\n"
	 "member: uid=p,ou=people,o=acme\n\ndn: cn=tc,ou=w,o=acme\nobjectClass: dgBinding\ncn: tc\n"
	 "dgGrantsRole: cn=t2,o=acme\nmember: uid=p,ou=people,o=acme\ndgScope: ou=v,o=acme\n\n"
	 "dn: ou=v,o=acme\nobjectClass: organizationalUnit\nobjectClass: dgWorkspace\nou: v\n\n"
	 "dn: cn=ts,o=acme\nobjectClass: dgRoleSet\ncn: ts\ndgMaximum: 1\ndgRoleMember: cn=t,o=acme\n"
	 "dgRoleMember: cn=t2,o=acme\n\n", NULL, 0},
	{PROBLEM_BELOW_MINIMUM, "uid=p - cn=ts,o=acme",
	 "dn: cn=t,o=acme\nobjectClass: dgRole\ncn: t\n\ndn: cn=ts,o=acme\nobjectClass: dgRoleSet\ncn: ts\n"
	 "dgMaximum: 1\ndgMinimum: 1\ndgRoleMember: cn=t,o=acme\n\n",
	 "dn: cn=t,o=acme\nobjectClass: dgRole\ncn: t\n\ndn: cn=tb,ou=w,o=acme\nobjectClass: dgBinding\n"
	 "cn: tb\ndgGrantsRole: cn=t,o=acme\nmember: uid=p,ou=people,o=acme\n\ndn: cn=ts,o=acme\n"
	 "objectClass: dgRoleSet\ncn: ts\ndgMaximum: 1\ndgMinimum: 1\ndgRoleMember: cn=t,o=acme\n\n", NULL, 0},
	{PROBLEM_RESTRICTION_NOT_MEANT, "cn=tb dgRestrictedBy cn=tx,o=acme",
	 "dn: cn=t,o=acme\nobjectClass: dgRole\ncn: t\n\ndn: cn=tx,o=acme\nobjectClass: dgRestriction\n"
	 "cn: tx\ndgAppliesTo: cn=t,o=acme\n\ndn: cn=tb,ou=w,o=acme\nobjectClass: dgBinding\ncn: tb\n"
	 "dgGrantsRole: cn=role,ou=roles,o=acme\ndgRestrictedBy: cn=tx,o=acme\n\n",
	 "dn: cn=t,o=acme\nobjectClass: dgRole\ncn: t\n\ndn: cn=tx,o=acme\nobjectClass: dgRestriction\n"
	 "cn: tx\ndgAppliesTo: cn=t,o=acme\n\ndn: cn=tb,ou=w,o=acme\nobjectClass: dgBinding\ncn: tb\n"
	 "dgGrantsRole: cn=t,o=acme\ndgRestrictedBy: cn=tx,o=acme\n\n", NULL, 0},
	{PROBLEM_PLAN_NOT_HELD, "cn=tb dgGrantsRole cn=t,o=acme",
	 "dn: cn=plan2,o=acme\nobjectClass: dgPlan\ncn: plan2\n\ndn: cn=t,o=acme\nobjectClass: dgRole\ncn: t\n"
	 "dgRequiresPlan: cn=plan2,o=acme\n\ndn: cn=tb,ou=w,o=acme\nobjectClass: dgBinding\ncn: tb\n"
	 "dgGrantsRole: cn=t,o=acme\n\n",
	 "dn: cn=plan2,o=acme\nobjectClass: dgPlan\ncn: plan2\n\ndn: cn=t,o=acme\nobjectClass: dgRole\ncn: t\n"
	 "dgRequiresPlan: cn=plan2,o=acme\n\ndn: cn=tb,ou=w,o=acme\nobjectClass: dgBinding\ncn: tb\n"
	 "dgGrantsRole: cn=t,o=acme\n\ndn: uid=q,ou=people,o=acme\nobjectClass: inetOrgPerson\nuid: q\ncn: q\n"
	 "sn: q\nobjectClass: dgAccount\ndgHasPlan: cn=plan2,o=acme\n\n", NULL, 0},
	{PROBLEM_SEATS_EXCEEDED, "o=acme dgHasPlan cn=plan,o=acme",
	 "dn: cn=plan,o=acme\nobjectClass: dgPlan\ncn: plan\ndgSeats: 1\n\ndn: uid=q,ou=people,o=acme\n"
	 "objectClass: inetOrgPerson\nuid: q\ncn: q\nsn: q\n\n",
	 "dn: cn=plan,o=acme\nobjectClass: dgPlan\ncn: plan\ndgSeats: 1\n\ndn: uid=q,ou=people,o=acme\n"
	 "objectClass: inetOrgPerson\nuid: q\ncn: q\nsn: q\nobjectClass: dgAccount\ndgStatus: deactivated\n\n", NULL, 0},
	{PROBLEM_EXPIRED, "cn=tb dgNotAfter 2026-11-21T09:00:00Z",
	 "dn: cn=tb,ou=w,o=acme\nobjectClass: dgBinding\ncn: tb\ndgGrantsRole: cn=role,ou=roles,o=acme\n"
	 "dgNotAfter: 20261121090000Z\n\n",
	 "dn: cn=tb,ou=w,o=acme\nobjectClass: dgBinding\ncn: tb\ndgGrantsRole: cn=role,ou=roles,o=acme\n"
	 "dgNotAfter: 20261121090001Z\n\n", NULL, 0},
	{PROBLEM_NEVER_IN_FORCE, "cn=tb dgNotAfter 2027-01-01T00:00:00Z",
	 "dn: cn=tb,ou=w,o=acme\nobjectClass: dgBinding\ncn: tb\ndgGrantsRole: cn=role,ou=roles,o=acme\n"
	 "dgNotBefore: 20280101000000Z\ndgNotAfter: 20270101000000Z\n\n",
	 "dn: cn=tb,ou=w,o=acme\nobjectClass: dgBinding\ncn: tb\ndgGrantsRole: cn=role,ou=roles,o=acme\n"
	 "dgNotBefore: 20270101000000Z\ndgNotAfter: 20280101000000Z\n\n", NULL, 0},
	{PROBLEM_NOT_UNIQUE, "dgId=4 dgProperty number=1  A",
	 "dn: ou=v,o=acme\nobjectClass: organizationalUnit\nobjectClass: dgWorkspace\nou: v\n\n"
	 "dn: dgId=4,ou=w,o=acme\nobjectClass: dgResource\ndgId: 4\ndgResourceType: channel\n"
	 "dgProperty: number=1  A\n\ndn: dgId=5,ou=v,o=acme\nobjectClass: dgResource\ndgId: 5\n"
	 "dgResourceType: channel\ndgProperty: Number=1 a\ndgProperty: unique=number\n\n",
	 "dn: ou=v,o=acme\nobjectClass: organizationalUnit\nobjectClass: dgWorkspace\nou: v\n\n"
	 "dn: dgId=4,ou=w,o=acme\nobjectClass: dgResource\ndgId: 4\ndgResourceType: channel\n"
	 "dgProperty: number=1  A\n\ndn: dgId=6,ou=w,o=acme\nobjectClass: dgResource\ndgId: 6\n"
	 "dgResourceType: channel\ndgProperty: number=1 A\n\ndn: dgId=5,ou=v,o=acme\nobjectClass: dgResource\n"
	 "dgId: 5\ndgResourceType: channel\ndgProperty: Number=2\ndgProperty: unique=number\n\n", NULL, 0},
	{PROBLEM_BIG_GROUP, "cn=tg - -",
	 "dn: cn=tg,o=acme\nobjectClass: groupOfNames\ncn: tg\n",
	 NULL,
	 "member: cn=%u,o=gone\n", 10001},
};
#define FLAWS (sizeof(flaws) / sizeof(*flaws))

struct looking {
	struct world *world;
	const struct flaw *flaw;
	bool found;
};

static void look_for(void *context, const struct finding *finding)
{
	struct looking *looking = context;
	const struct problem *problem = &finding->problem;
	if (problem->code != looking->flaw->code)
		return;
	const char *line = arena_print(looking->world->arena, "%s %s %s", world_rdn(looking->world, finding->entry),
	                               problem->attribute != NULL ? problem->attribute : "-",
	                               problem->value != NULL ? problem->value : "-");
	looking->found = looking->found || strcmp(line, looking->flaw->found) == 0;
}

/* Does lint find in the sound world with `ldif` what the rule says? */
static bool finds(const struct flaw *flaw, const char *ldif, unsigned times)
{
	struct world world;
	struct looking looking = {.world = &world, .flaw = flaw};
	struct text whole;
	text_init(&whole, 1048576);
	text_append(&whole, ldif);
	for (unsigned i = 0; i < times; i++) {
		const char *number = strchr(flaw->line, '%');
		text_append_octets(&whole, flaw->line, (size_t)(number - flaw->line));
		text_print(&whole, "%u%s", i, number + 2);
	}
	world_open(&world, "sound", sound);
	world_add(&world, flaw->found, text_string(&whole));
	lint(world.snapshot, world.at, look_for, &looking);
	world_close(&world);
	text_release(&whole);
	return looking.found;
}

static void test_rules(void **state)
{
	(void)state;
	bool tested[PROBLEM_COUNT] = {false};
	int failed = 0;
	for (size_t i = 0; i < FLAWS; i++) {
		const struct flaw *flaw = &flaws[i];
		const char *words = NULL;
		tested[flaw->code] = true;
		if (!finds(flaw, flaw->broken, flaw->times))
			words = "is not found";
		else if (flaw->repaired != NULL && finds(flaw, flaw->repaired, 0))
			words = "is found though repaired";
		else if (flaw->line != NULL && finds(flaw, flaw->broken, flaw->times - 1))
			words = "is found below the limit";
		if (words != NULL)
			print_error("%s %s: %s\n", problem_info(flaw->code)->code, words, flaw->found);
		failed += words != NULL;
	}
	assert_int_equal(failed, 0);
	for (int code = 0; code < PROBLEM_UNSEEN_CHANGES; code++)
		if (!tested[code])
			fail_msg("%s has no test", problem_info((enum problem_code)code)->code);
}

/* ---- Everything at once ---- */

/* "rdn code attribute value", in any order. */
static const char *const wanted[] = {
	"o=acme no-such-plan dgHasPlan cn=noplan,o=acme",
	"o=acme no-such-role dgOwnerRole cn=norole,o=acme",
	"o=acme no-such-workspace dgDefaultWorkspace cn=r,o=acme",
	"o=acme no-such-reference dgPeopleBase ou=nobase,o=acme",
	"o=acme foreign-reference dgPeopleBase o=beta",
	"uid=p duplicate-id - p",
	"cn=p2 duplicate-id - P",
	"cn=p2 no-such-plan dgHasPlan cn=noplan,o=acme",
	"cn=r foreign-reference dgInherits cn=beta,o=beta",
	"cn=r empty-reference dgMayAssign ou=empty,o=acme",
	"cn=r no-such-plan dgRequiresPlan cn=noplan,o=acme",
	"cn=r unknown-attribute dgPermission nosuch",
	"cn=r cycle dgInherits cn=r2,o=acme",
	"cn=r2 cycle dgInherits cn=r,o=acme",
	"cn=r2 duplicate-id - r2",
	"cn=R2 duplicate-id - R2",
	"cn=x no-such-role dgAppliesTo cn=norole,o=acme",
	"cn=x unknown-attribute dgRestricts nosuch",
	"ou=w not-a-member owner cn=r,o=acme",
	"ou=stray unenclosed - -",
	"cn=b no-scope - -",
	"cn=b no-such-role dgGrantsRole cn=norole,o=acme",
	"cn=b no-such-restriction dgRestrictedBy cn=r,o=acme",
	"cn=b dangling-member member uid=nobody,o=acme",
	"cn=b not-a-member member cn=r,o=acme",
	"cn=b foreign-reference member cn=betagroup,o=beta",
	"cn=b ambiguous-member memberUid p",
	"cn=b dangling-member memberUid ghost",
	"cn=b not-optional dgPermission b.c",
	"cn=b unknown-attribute dgMemberFilter nosuch",
	"cn=b2 no-such-workspace dgScope ou=gone,o=acme",
	"cn=b2 foreign-reference dgScope o=beta",
	"cn=g cycle member cn=g,o=acme",
	"cn=s empty-reference dgRoleMember ou=empty,o=acme",
	"cn=s bad-integer dgMaximum many",
	"dgId=1 duplicate-id - 1",
	"dgId=1 duplicate-id - 1",
	"cn=beta unheld-role - -",
	"cn=r unheld-role - -",
	"cn=r2 unheld-role - -",
	"cn=R2 unheld-role - -",
};
#define WANTED (sizeof(wanted) / sizeof(*wanted))

struct found {
	struct world *world;
	uint32_t count;
	const char *lines[64];
};

static void find(void *context, const struct finding *finding)
{
	struct found *found = context;
	const struct problem *problem = &finding->problem;
	assert_true(found->count < 64);
	found->lines[found->count++] = arena_print(
		found->world->arena, "%s %s %s %s", world_rdn(found->world, finding->entry), problem_info(problem->code)->code,
		problem->attribute != NULL ? problem->attribute : "-", problem->value != NULL ? problem->value : "-");
}

static void look(struct world *world, struct found *found)
{
	*found = (struct found){.world = world};
	lint(world->snapshot, world->at, find, found);
}

static void test_sound(void **state)
{
	(void)state;
	struct world world;
	struct found found;
	world_open(&world, "sound", sound);
	look(&world, &found);
	for (uint32_t i = 0; i < found.count; i++)
		fail_msg("%s", found.lines[i]);
	world_close(&world);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void test_wrong(void **state)
{
	(void)state;
	struct world world;
	struct found found;
	const char *expected[WANTED];
	world_open(&world, "wrong", wrong);
	look(&world, &found);
	memcpy(expected, wanted, sizeof(wanted));
	qsort(expected, WANTED, sizeof(*expected), by_text);
	qsort(found.lines, found.count, sizeof(*found.lines), by_text);
	for (uint32_t i = 0; i < found.count && i < WANTED; i++)
		assert_string_equal(found.lines[i], expected[i]);
	assert_int_equal(found.count, WANTED);
	world_close(&world);
}

static void test_empty(void **state)
{
	(void)state;
	struct world world;
	struct found found;
	world_open(&world, "empty", "");
	look(&world, &found);
	assert_int_equal(found.count, 0);
	world_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sound),
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_empty),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
