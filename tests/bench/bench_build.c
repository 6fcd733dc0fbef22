/* Building the index of a generated directory, and changing it: CPU seconds and octets.
 *
 *   bench_build [PEOPLE GROUPS MEMBERS]     default: 100000 people, 10000 groups of 50, one group of all people */
#include "base/memory.h"
#include "base/text.h"
#include "model/builder.h"

#include <malloc.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LINE_MAX 200

/* ---- records ---- */

/* One record at a time, in memory that is used again. */
struct maker {
	struct record record;
	struct record_attribute attributes[8];
	struct record_value *values;
	char (*texts)[LINE_MAX];
	size_t count, capacity;
	char dn[LINE_MAX], key[40];
};

static void maker_init(struct maker *maker, size_t capacity)
{
	*maker = (struct maker){ .capacity = capacity };
	maker->values = memory_array(capacity, sizeof(*maker->values));
	maker->texts = memory_array(capacity, sizeof(*maker->texts));
}

static void maker_release(struct maker *maker)
{
	free(maker->values);
	free(maker->texts);
}

static void maker_begin(struct maker *maker, unsigned kind, unsigned number)
{
	snprintf(maker->key, sizeof(maker->key), "%08x-0000-4000-8000-%012x", kind, number);
	maker->count = 0;
	maker->record = (struct record){
		.dn = maker->dn, .dn_length = strlen(maker->dn), .key = maker->key, .attributes = maker->attributes,
	};
}

static void maker_attribute(struct maker *maker, const char *name)
{
	maker->attributes[maker->record.count++] =
		(struct record_attribute){ .name = name, .values = &maker->values[maker->count] };
}

__attribute__((format(printf, 2, 3))) static void maker_value(struct maker *maker, const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(maker->texts[maker->count], LINE_MAX, format, arguments);
	va_end(arguments);
	maker->values[maker->count] = (struct record_value){ maker->texts[maker->count], (size_t)length };
	maker->count++;
	maker->attributes[maker->record.count - 1].count++;
}

static const struct record *make_person(struct maker *maker, unsigned number)
{
	snprintf(maker->dn, sizeof(maker->dn), "uid=user%06u,ou=people,dc=example,dc=com", number);
	maker_begin(maker, 1, number);
	maker_attribute(maker, "objectClass");
	maker_value(maker, "inetOrgPerson");
	maker_attribute(maker, "uid");
	maker_value(maker, "user%06u", number);
	maker_attribute(maker, "cn");
	maker_value(maker, "User Number %u", number);
	maker_attribute(maker, "mail");
	maker_value(maker, "user%06u@example.com", number);
	return &maker->record;
}

/* `members` people from `first` on, some way apart. */
static const struct record *make_group(struct maker *maker, unsigned number, unsigned members, unsigned first,
                                       unsigned people)
{
	snprintf(maker->dn, sizeof(maker->dn), "cn=group%u,ou=groups,dc=example,dc=com", number);
	maker_begin(maker, 2, number);
	maker_attribute(maker, "objectClass");
	maker_value(maker, "groupOfNames");
	maker_attribute(maker, "member");
	for (unsigned i = 0; i < members; i++)
		maker_value(maker, "uid=user%06u,ou=people,dc=example,dc=com",
		            (unsigned)((first + (uint64_t)i * (members == people ? 1 : 7919)) % people));
	return &maker->record;
}

/* ---- measuring ---- */

static double cpu_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static size_t heap(void)
{
	struct mallinfo2 info = mallinfo2();

	return info.uordblks + info.hblkhd;
}

struct part { double seconds; size_t octets; };

static struct part part_begin(void)
{
	return (struct part){ cpu_seconds(), heap() };
}

static void part_end(struct part part, const char *what, unsigned count)
{
	double seconds = cpu_seconds() - part.seconds;
	long octets = (long)(heap() - part.octets);

	printf("%-42s %9u  %8.3f s  %8.3f us each  %7.1f octets each\n", what, count, seconds, seconds / count * 1e6,
	       (double)octets / count);
}

static void put(struct builder *builder, const struct record *record)
{
	struct error why;

	if (builder_put(builder, 0, record, &why) > BUILDER_UNCHANGED) {
		fprintf(stderr, "%s\n", why.text);
		exit(1);
	}
}

/* Everything once, as a first load or a refresh does it. */
static void load(struct builder *builder, unsigned people, unsigned groups, unsigned members)
{
	struct maker maker;
	struct part part = part_begin();

	maker_init(&maker, people + 8);
	builder_refresh_begin(builder, 0);
	part = part_begin();
	for (unsigned i = 0; i < people; i++)
		put(builder, make_person(&maker, i));
	part_end(part, "people", people);
	part = part_begin();
	for (unsigned i = 0; i < groups; i++)
		put(builder, make_group(&maker, i, members, i * 31, people));
	part_end(part, "memberships", groups * members);
	part = part_begin();
	put(builder, make_group(&maker, groups, people, 0, people));
	part_end(part, "memberships of one group", people);
	builder_refresh_end(builder);
	maker_release(&maker);
}

static void change(struct builder *builder, unsigned people, unsigned groups, unsigned members)
{
	struct maker maker;
	struct part part;
	struct snapshot *snapshot;

	maker_init(&maker, people + 8);
	part = part_begin();
	for (unsigned i = 0; i < 1000; i++) {
		put(builder, make_group(&maker, i % groups, members - 1 - i % 2, i % groups * 31, people));
		snapshot = builder_freeze(builder);
		snapshot_drop(snapshot);
	}
	part_end(part, "changes of one member, each frozen", 1000);
	make_group(&maker, groups, people - 1, 0, people);
	snapshot = builder_freeze(builder);
	part = part_begin();
	put(builder, &maker.record);
	part_end(part, "change of one member in the large group", 1);
	snapshot_drop(snapshot);
	maker_release(&maker);
}

int main(int count, char **arguments)
{
	unsigned people = count > 1 ? (unsigned)strtoul(arguments[1], NULL, 10) : 100000;
	unsigned groups = count > 2 ? (unsigned)strtoul(arguments[2], NULL, 10) : 10000;
	unsigned members = count > 3 ? (unsigned)strtoul(arguments[3], NULL, 10) : 50;
	struct builder *builder = builder_new(NULL, NULL);
	struct snapshot_memory memory;
	struct snapshot *snapshot;
	struct part part = part_begin();

	if (people < 1000 || groups == 0 || members < 3 || members > people)
		return 2;
	load(builder, people, groups, members);
	part_end(part, "all", people + groups + 1);
	snapshot = builder_freeze(builder);
	snapshot_measure(snapshot, &memory);
	printf("octets: entries %zu, nodes %zu, relations %zu, total %zu; heap %zu\n", memory.entries, memory.nodes,
	       memory.relations, memory.total, heap());
	puts("again, unchanged:");
	load(builder, people, groups, members);
	puts("changes:");
	change(builder, people, groups, members);
	part = part_begin();
	snapshot_drop(snapshot);
	builder_free(builder);
	part_end(part, "freeing", 1);
	return 0;
}
