/* What the lists are made of.  Internal to json/. */
#ifndef JSON_LIST_PARTS_H
#define JSON_LIST_PARTS_H

#include "json/lists.h"

/* The members of an object that is open: a user as lists show her. */
void list_write_user(const struct list_writer *writer, const struct listed_user *user);
/* "dn", for those who may see it. */
void list_write_dn(const struct list_writer *writer, node_id node);
/* "roles", each with what stops it. */
void list_write_roles(const struct list_writer *writer, const struct held_role *roles, uint32_t count);

/* By what the gateway saw, or what the directory says. */
instant list_last_seen(const struct list_writer *writer, const struct listed_user *user);
bool list_online(const struct list_writer *writer, const struct listed_user *user);

#endif
