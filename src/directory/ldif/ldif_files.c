/* Whole files and folders of LDIF. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "base/text.h"
#include "directory/ldif/ldif.h"
#include "model/dn.h"

/* ---- finding them ---- */

static int files_add(struct ldif_files *files, const char *path, struct error *why)
{
	if (files->count == LDIF_FILES_MAX)
		return error_set(why, -E2BIG, "%s: more than %d files", path, LDIF_FILES_MAX);
	if ((files->count & (files->count - 1)) == 0) /* grows at powers of two */
		files->paths = memory_resize(files->paths, files->count ? files->count * 2 : 1, sizeof(*files->paths));
	files->paths[files->count++] = memory_string(path);
	return 0;
}

static bool name_is_ldif(const char *name)
{
	size_t length = strlen(name);

	return length > 5 && strcmp(name + length - 5, ".ldif") == 0;
}

static int folder_add(struct ldif_files *files, const char *path, unsigned depth, struct error *why);

/* What a folder names: a file if it ends in .ldif, or a folder. */
static int child_add(struct ldif_files *files, const char *folder, const char *name, unsigned depth, struct error *why)
{
	struct text path;
	struct stat status;
	int result = 0;

	text_init(&path, 4096);
	text_print(&path, "%s/%s", folder, name);
	if (path.overflowed)
		result = error_set(why, -ENAMETOOLONG, "%s: the path of \"%s\" in it is too long", folder, name);
	else if (stat(path.octets, &status) < 0)
		result = name_is_ldif(name) ? error_set(why, -errno, "%s: %s", path.octets, strerror(errno)) : 0;
	else if (S_ISDIR(status.st_mode))
		result = folder_add(files, path.octets, depth + 1, why);
	else if (name_is_ldif(name))
		result = files_add(files, path.octets, why);
	text_release(&path);
	return result;
}

static int name_is_visible(const struct dirent *item)
{
	return item->d_name[0] != '.';
}

static int name_order(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int folder_add(struct ldif_files *files, const char *path, unsigned depth, struct error *why)
{
	struct dirent **items;
	int count, result = 0;

	if (depth > LDIF_DEPTH_MAX)
		return error_set(why, -ELOOP, "%s: folders are more than %d deep; is a link among them that leads back?", path,
		                 LDIF_DEPTH_MAX);
	count = scandir(path, &items, name_is_visible, name_order);
	if (count < 0)
		return error_set(why, -errno, "%s: %s", path, strerror(errno));
	for (int i = 0; i < count; i++) {
		if (result == 0)
			result = child_add(files, path, items[i]->d_name, depth, why);
		free(items[i]);
	}
	free(items);
	return result;
}

int ldif_files_find(const char *const *paths, size_t count, struct ldif_files *files, struct error *why)
{
	struct stat status;
	int result = 0;

	*files = (struct ldif_files){0};
	for (size_t i = 0; i < count && result == 0; i++) {
		size_t before = files->count;

		if (stat(paths[i], &status) < 0)
			result = error_set(why, -errno, "%s: %s", paths[i], strerror(errno));
		else if (!S_ISDIR(status.st_mode))
			result = files_add(files, paths[i], why);
		else if ((result = folder_add(files, paths[i], 1, why)) == 0 && files->count == before)
			result = error_set(why, -ENOENT, "%s: no file in this folder ends in .ldif; an empty policy is not taken for "
			                                 "one", paths[i]);
	}
	if (result < 0)
		ldif_files_release(files);
	return result;
}

void ldif_files_release(struct ldif_files *files)
{
	for (size_t i = 0; i < files->count; i++)
		free(files->paths[i]);
	free(files->paths);
	*files = (struct ldif_files){0};
}

/* ---- reading them ---- */

/* Where a DN stood, to find the second one. */
struct place {
	const char *dn; /* normal */
	size_t order;   /* of reading */
	const char *file;
	size_t number;
};

struct places {
	struct arena *texts;
	struct place *items;
	size_t count, capacity;
};

static int places_add(struct places *places, const struct ldif_record *record, const char *file, struct arena *arena,
                      struct error *why)
{
	struct text normal;
	struct dn dn;

	if (dn_parse(record->dn, strlen(record->dn), arena, &dn, why))
		return error_prefix(why, -EINVAL, "%s:%zu: the name \"%.200s\" is no DN (RFC 4514): ", file, record->number,
		                    record->dn);
	if (places->count == places->capacity) {
		places->capacity = places->capacity > 0 ? places->capacity * 2 : 256;
		places->items = memory_resize(places->items, places->capacity, sizeof(*places->items));
	}
	text_init(&normal, (size_t)DN_LENGTH_MAX * 4);
	dn_normal(&dn, &normal);
	places->items[places->count] = (struct place){arena_octets(places->texts, text_string(&normal), normal.length),
	                                              places->count, file, record->number};
	places->count++;
	text_release(&normal);
	return 0;
}

static int place_order(const void *a, const void *b)
{
	const struct place *one = a, *other = b;
	int order = strcmp(one->dn, other->dn);

	return order ? order : one->order < other->order ? -1 : 1;
}

/* Two entries of one name would be two truths: which one counts must not depend on the order of files. */
static int places_check(struct places *places, struct error *why)
{
	const struct place *first = NULL, *second = NULL;

	if (places->count > 1)
		qsort(places->items, places->count, sizeof(*places->items), place_order);
	for (size_t i = 1; i < places->count; i++)
		if (strcmp(places->items[i - 1].dn, places->items[i].dn) == 0 &&
		    (!second || places->items[i].order < second->order))
			first = &places->items[i - 1], second = &places->items[i];
	if (!second)
		return 0;
	return error_set(why, -EEXIST, "%s:%zu: the entry \"%.400s\" is already at %s:%zu; keep one of them", second->file,
	                 second->number, second->dn, first->file, first->number);
}

static int file_read(const char *path, struct places *places, ldif_take *take, void *context, struct error *why)
{
	struct ldif_reader *reader = ldif_open_file(path, why);
	struct arena *arena;
	struct ldif_record record;
	struct record entry;
	int result;

	if (!reader)
		return -EIO;
	arena = arena_new();
	while ((result = ldif_next(reader, arena, &record, why)) == 0) {
		if ((result = ldif_entry(&record, arena, &entry, why)) < 0 ||
		    (result = places_add(places, &record, path, arena, why)) < 0 ||
		    (result = take(context, &entry, why)) < 0)
			break;
		arena_reset(arena);
	}
	arena_free(arena);
	ldif_close(reader);
	return result < 0 ? result : 0;
}

int ldif_read(const struct ldif_files *files, ldif_take *take, void *context, struct error *why)
{
	struct places places = {.texts = arena_new()};
	int result = 0;

	for (size_t i = 0; i < files->count && result == 0; i++)
		result = file_read(files->paths[i], &places, take, context, why);
	if (result == 0)
		result = places_check(&places, why);
	free(places.items);
	arena_free(places.texts);
	return result;
}
