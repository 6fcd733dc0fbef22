/* The names of attribute types that have more than one: RFC 4519, RFC 4524 (cosine), RFC 2798 (inetOrgPerson),
 * RFC 2307, RFC 4530, RFC 5020 and the aliases that slapd's schema files add.  "streetAddress" is no alias of "street"
 * here: Active Directory has two attributes of these names. */
#include "model/dn.h"

#include "model/name.h"

#include <stdlib.h>

struct spelling {
	const char *written; /* lower case */
	const char *canonical;
};

/* Sorted by `written`, for bsearch. */
static const struct spelling spellings[] = {
	/* clang-format off */
	{ "0.9.2342.19200300.100.1.1", "uid" }, { "0.9.2342.19200300.100.1.10", "manager" },
	{ "0.9.2342.19200300.100.1.11", "documentidentifier" }, { "0.9.2342.19200300.100.1.12", "documenttitle" },
	{ "0.9.2342.19200300.100.1.13", "documentversion" }, { "0.9.2342.19200300.100.1.14", "documentauthor" },
	{ "0.9.2342.19200300.100.1.15", "documentlocation" }, { "0.9.2342.19200300.100.1.2", "textencodedoraddress" },
	{ "0.9.2342.19200300.100.1.20", "homephone" }, { "0.9.2342.19200300.100.1.21", "secretary" },
	{ "0.9.2342.19200300.100.1.25", "dc" }, { "0.9.2342.19200300.100.1.3", "mail" },
	{ "0.9.2342.19200300.100.1.37", "associateddomain" }, { "0.9.2342.19200300.100.1.38", "associatedname" },
	{ "0.9.2342.19200300.100.1.39", "homepostaladdress" }, { "0.9.2342.19200300.100.1.40", "personaltitle" },
	{ "0.9.2342.19200300.100.1.41", "mobile" }, { "0.9.2342.19200300.100.1.42", "pager" },
	{ "0.9.2342.19200300.100.1.43", "co" }, { "0.9.2342.19200300.100.1.44", "uniqueidentifier" },
	{ "0.9.2342.19200300.100.1.45", "organizationalstatus" }, { "0.9.2342.19200300.100.1.48", "buildingname" },
	{ "0.9.2342.19200300.100.1.5", "drink" }, { "0.9.2342.19200300.100.1.56", "documentpublisher" },
	{ "0.9.2342.19200300.100.1.6", "roomnumber" }, { "0.9.2342.19200300.100.1.60", "jpegphoto" },
	{ "0.9.2342.19200300.100.1.8", "userclass" }, { "0.9.2342.19200300.100.1.9", "host" },
	{ "1.2.840.113549.1.9.1", "email" }, { "1.3.6.1.1.1.1.0", "uidnumber" }, { "1.3.6.1.1.1.1.1", "gidnumber" },
	{ "1.3.6.1.1.1.1.12", "memberuid" }, { "1.3.6.1.1.1.1.2", "gecos" }, { "1.3.6.1.1.1.1.3", "homedirectory" },
	{ "1.3.6.1.1.1.1.4", "loginshell" }, { "1.3.6.1.1.16.4", "entryuuid" }, { "1.3.6.1.1.20", "entrydn" },
	{ "1.3.6.1.4.1.250.1.57", "labeleduri" }, { "2.16.840.1.113730.3.1.1", "carlicense" },
	{ "2.16.840.1.113730.3.1.2", "departmentnumber" }, { "2.16.840.1.113730.3.1.241", "displayname" },
	{ "2.16.840.1.113730.3.1.3", "employeenumber" }, { "2.16.840.1.113730.3.1.39", "preferredlanguage" },
	{ "2.16.840.1.113730.3.1.4", "employeetype" }, { "2.5.4.0", "objectclass" }, { "2.5.4.1", "aliasedobjectname" },
	{ "2.5.4.10", "o" }, { "2.5.4.11", "ou" }, { "2.5.4.12", "title" }, { "2.5.4.13", "description" },
	{ "2.5.4.14", "searchguide" }, { "2.5.4.15", "businesscategory" }, { "2.5.4.16", "postaladdress" },
	{ "2.5.4.17", "postalcode" }, { "2.5.4.18", "postofficebox" }, { "2.5.4.19", "physicaldeliveryofficename" },
	{ "2.5.4.20", "telephonenumber" }, { "2.5.4.21", "telexnumber" }, { "2.5.4.22", "teletexterminalidentifier" },
	{ "2.5.4.23", "facsimiletelephonenumber" }, { "2.5.4.24", "x121address" },
	{ "2.5.4.25", "internationalisdnnumber" }, { "2.5.4.26", "registeredaddress" },
	{ "2.5.4.27", "destinationindicator" }, { "2.5.4.28", "preferreddeliverymethod" }, { "2.5.4.3", "cn" },
	{ "2.5.4.31", "member" }, { "2.5.4.32", "owner" }, { "2.5.4.33", "roleoccupant" }, { "2.5.4.34", "seealso" },
	{ "2.5.4.35", "userpassword" }, { "2.5.4.36", "usercertificate" }, { "2.5.4.4", "sn" }, { "2.5.4.41", "name" },
	{ "2.5.4.42", "givenname" }, { "2.5.4.43", "initials" }, { "2.5.4.44", "generationqualifier" },
	{ "2.5.4.45", "x500uniqueidentifier" }, { "2.5.4.46", "dnqualifier" }, { "2.5.4.47", "enhancedsearchguide" },
	{ "2.5.4.49", "distinguishedname" }, { "2.5.4.5", "serialnumber" }, { "2.5.4.50", "uniquemember" },
	{ "2.5.4.51", "houseidentifier" }, { "2.5.4.6", "c" }, { "2.5.4.65", "pseudonym" }, { "2.5.4.7", "l" },
	{ "2.5.4.8", "st" }, { "2.5.4.9", "street" }, { "aliasedentryname", "aliasedobjectname" },
	{ "aliasedobjectname", "aliasedobjectname" }, { "associateddomain", "associateddomain" },
	{ "associatedname", "associatedname" }, { "buildingname", "buildingname" },
	{ "businesscategory", "businesscategory" }, { "c", "c" }, { "carlicense", "carlicense" }, { "cn", "cn" },
	{ "co", "co" }, { "commonname", "cn" }, { "countryname", "c" }, { "dc", "dc" },
	{ "departmentnumber", "departmentnumber" }, { "description", "description" },
	{ "destinationindicator", "destinationindicator" }, { "displayname", "displayname" },
	{ "distinguishedname", "distinguishedname" }, { "dnqualifier", "dnqualifier" },
	{ "documentauthor", "documentauthor" }, { "documentidentifier", "documentidentifier" },
	{ "documentlocation", "documentlocation" }, { "documentpublisher", "documentpublisher" },
	{ "documenttitle", "documenttitle" }, { "documentversion", "documentversion" }, { "domaincomponent", "dc" },
	{ "drink", "drink" }, { "email", "email" }, { "emailaddress", "email" }, { "employeenumber", "employeenumber" },
	{ "employeetype", "employeetype" }, { "enhancedsearchguide", "enhancedsearchguide" }, { "entrydn", "entrydn" },
	{ "entryuuid", "entryuuid" }, { "facsimiletelephonenumber", "facsimiletelephonenumber" },
	{ "favouritedrink", "drink" }, { "fax", "facsimiletelephonenumber" }, { "friendlycountryname", "co" },
	{ "gecos", "gecos" }, { "generationqualifier", "generationqualifier" }, { "gidnumber", "gidnumber" },
	{ "givenname", "givenname" }, { "gn", "givenname" }, { "homedirectory", "homedirectory" },
	{ "homephone", "homephone" }, { "homepostaladdress", "homepostaladdress" },
	{ "hometelephonenumber", "homephone" }, { "host", "host" }, { "houseidentifier", "houseidentifier" },
	{ "initials", "initials" }, { "internationalisdnnumber", "internationalisdnnumber" },
	{ "jpegphoto", "jpegphoto" }, { "l", "l" }, { "labeleduri", "labeleduri" }, { "localityname", "l" },
	{ "loginshell", "loginshell" }, { "mail", "mail" }, { "manager", "manager" }, { "member", "member" },
	{ "memberuid", "memberuid" }, { "mobile", "mobile" }, { "mobiletelephonenumber", "mobile" }, { "name", "name" },
	{ "o", "o" }, { "objectclass", "objectclass" }, { "organizationalstatus", "organizationalstatus" },
	{ "organizationalunitname", "ou" }, { "organizationname", "o" }, { "ou", "ou" }, { "owner", "owner" },
	{ "pager", "pager" }, { "pagertelephonenumber", "pager" }, { "personaltitle", "personaltitle" },
	{ "physicaldeliveryofficename", "physicaldeliveryofficename" }, { "pkcs9email", "email" },
	{ "postaladdress", "postaladdress" }, { "postalcode", "postalcode" }, { "postofficebox", "postofficebox" },
	{ "preferreddeliverymethod", "preferreddeliverymethod" }, { "preferredlanguage", "preferredlanguage" },
	{ "pseudonym", "pseudonym" }, { "registeredaddress", "registeredaddress" }, { "rfc822mailbox", "mail" },
	{ "roleoccupant", "roleoccupant" }, { "roomnumber", "roomnumber" }, { "searchguide", "searchguide" },
	{ "secretary", "secretary" }, { "seealso", "seealso" }, { "serialnumber", "serialnumber" }, { "sn", "sn" },
	{ "st", "st" }, { "stateorprovincename", "st" }, { "street", "street" }, { "surname", "sn" },
	{ "telephonenumber", "telephonenumber" }, { "teletexterminalidentifier", "teletexterminalidentifier" },
	{ "telexnumber", "telexnumber" }, { "textencodedoraddress", "textencodedoraddress" }, { "title", "title" },
	{ "uid", "uid" }, { "uidnumber", "uidnumber" }, { "uniqueidentifier", "uniqueidentifier" },
	{ "uniquemember", "uniquemember" }, { "usercertificate", "usercertificate" }, { "userclass", "userclass" },
	{ "userid", "uid" }, { "userpassword", "userpassword" }, { "x121address", "x121address" },
	{ "x500uniqueidentifier", "x500uniqueidentifier" },
	/* clang-format on */
};

static int spelling_compare(const void *type, const void *row)
{
	return keyword_compare(type, ((const struct spelling *)row)->written);
}

const char *attribute_canonical(const char *type, struct arena *arena)
{
	const struct spelling *found =
		bsearch(type, spellings, sizeof(spellings) / sizeof(spellings[0]), sizeof(spellings[0]), spelling_compare);
	if (found != NULL)
		return found->canonical;
	char *copy = arena_string(arena, type);
	keyword_lower(copy);
	return copy;
}
