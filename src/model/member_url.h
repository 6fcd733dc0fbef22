/* The LDAP URLs by which a groupOfURLs names its members. */
#ifndef MODEL_MEMBER_URL_H
#define MODEL_MEMBER_URL_H

#include "base/arena.h"
#include "base/error.h"
#include "model/dn.h"
#include "model/filter.h"
#include "model/policy.h"

/* RFC 4516 section 2, "ldap:///base?attributes?scope?filter": a host would be another directory and an extension could
 * mean anything, so both are refused, and so is an empty base; the attributes are of no interest here.  Without scope
 * it is the base alone, without filter everything (*filter is NULL).
 * `base` is parsed into `scratch`, the filter into `arena`.  Returns 0; or 1 with `why`. */
int member_url_parse(const char *text, struct arena *arena, struct arena *scratch, struct dn *base,
                     enum member_scope *scope, const struct filter **filter, struct error *why);

#endif
