#include "directory/follower/journal_block.h"

#include <string.h>

#include "base/checksum.h"

#define NO_KEY UINT32_MAX /* the length of a key that is not there */

/* ---- frames ---- */

static uint64_t head_sum(const struct journal_frame *frame, uint64_t before)
{
	return checksum_octets(frame, offsetof(struct journal_frame, head), before);
}

void journal_frame_make(enum journal_kind kind, const struct text *payload, uint64_t before, struct journal_frame *frame)
{
	*frame = (struct journal_frame){.kind = kind, .length = (uint32_t)payload->length};
	frame->head = head_sum(frame, before);
	frame->sum = checksum_octets(text_string(payload), payload->length, frame->head);
}

bool journal_frame_is_good(const struct journal_frame *frame, uint64_t before)
{
	return frame->kind != JOURNAL_NO_BLOCK && frame->kind <= JOURNAL_MARK && frame->length <= JOURNAL_BLOCK_MAX &&
	       frame->head == head_sum(frame, before);
}

bool journal_payload_is_good(const struct journal_frame *frame, const void *payload)
{
	return frame->sum == checksum_octets(payload, frame->length, frame->head);
}

/* ---- octets written ---- */

static void write_number(struct text *out, uint32_t number)
{
	text_append_octets(out, &number, sizeof(number));
}

static void write_octets(struct text *out, const char *octets, size_t length)
{
	write_number(out, (uint32_t)length);
	text_append_octets(out, octets, length);
}

/* With its NUL, so that it can be read where it lies. */
static void write_text(struct text *out, const char *text)
{
	write_octets(out, text, strlen(text) + 1);
}

static void write_position(struct text *out, const struct position *position)
{
	text_append_char(out, position->full);
	write_number(out, position->count);
	for (uint32_t i = 0; i < position->count; i++) {
		write_text(out, position->items[i].key);
		write_text(out, position->items[i].value);
	}
}

/* ---- octets read: what is not there reads as nothing, and is noted ---- */

struct input {
	const char *at;
	size_t left;
	bool broken;
};

static const char *read_octets(struct input *input, size_t length)
{
	const char *octets = input->at;

	if (length > input->left) {
		input->broken = true;
		input->left = 0;
		return "";
	}
	input->at += length;
	input->left -= length;
	return octets;
}

static uint32_t read_number(struct input *input)
{
	uint32_t number = 0;
	const char *octets = read_octets(input, sizeof(number));

	if (!input->broken)
		memcpy(&number, octets, sizeof(number));
	return number;
}

static bool read_flag(struct input *input)
{
	return *read_octets(input, 1) != 0;
}

static const char *text_of(struct input *input, uint32_t size)
{
	const char *text = read_octets(input, size);

	if (!input->broken && (size == 0 || memchr(text, '\0', size) != text + size - 1))
		input->broken = true;
	return input->broken ? "" : text;
}

static const char *read_text(struct input *input)
{
	return text_of(input, read_number(input));
}

/* How many there are of things that take so many octets each, at least. */
static uint32_t read_count(struct input *input, size_t least)
{
	uint32_t count = read_number(input);

	if (count <= input->left / least)
		return count;
	input->broken = true;
	return 0;
}

static void read_position(struct input *input, struct position *position)
{
	uint32_t count;

	*position = (struct position){.full = read_flag(input)};
	count = read_count(input, 2 * sizeof(uint32_t));
	for (uint32_t i = 0; i < count && !input->broken; i++) {
		const char *key = read_text(input), *value = read_text(input);

		input->broken = input->broken || !position_advance(position, key, value);
	}
}

static bool is_read(const struct input *input)
{
	return !input->broken && input->left == 0;
}

/* ---- HEAD ---- */

void journal_write_head(const struct journal_head *head, struct text *out)
{
	write_text(out, head->version);
	write_text(out, head->source);
	write_text(out, head->identity);
	write_text(out, head->asked);
	write_text(out, head->boot);
}

bool journal_read_head(const void *octets, size_t length, struct journal_head *head)
{
	struct input input = {octets, length, false};

	head->version = read_text(&input);
	head->source = read_text(&input);
	head->identity = read_text(&input);
	head->asked = read_text(&input);
	head->boot = read_text(&input);
	return is_read(&input);
}

/* ---- CHANGES ---- */

static void write_record(struct text *out, const struct record *record)
{
	write_octets(out, record->dn, record->dn_length);
	write_number(out, (uint32_t)record->count);
	for (size_t i = 0; i < record->count; i++) {
		const struct record_attribute *attribute = &record->attributes[i];

		write_text(out, attribute->name);
		write_number(out, (uint32_t)attribute->count);
		for (size_t k = 0; k < attribute->count; k++)
			write_octets(out, attribute->values[k].octets, attribute->values[k].length);
	}
}

void journal_write_changes(const struct bundle *bundle, struct text *out)
{
	write_number(out, (uint32_t)bundle->count);
	for (size_t i = 0; i < bundle->count; i++) {
		const struct change *change = &bundle->changes[i];

		text_append_char(out, (char)change->kind);
		if (change->record.key)
			write_text(out, change->record.key);
		else
			write_number(out, NO_KEY);
		if (change->kind == CHANGE_PUT)
			write_record(out, &change->record);
	}
	text_append_char(out, bundle->position != NULL);
	if (bundle->position)
		write_position(out, bundle->position);
}

static void read_attribute(struct input *input, struct arena *arena, struct record_attribute *attribute)
{
	struct record_value *values;

	attribute->name = read_text(input);
	attribute->count = read_count(input, sizeof(uint32_t));
	attribute->values = values = arena_array(arena, attribute->count + 1, sizeof(*values));
	for (size_t i = 0; i < attribute->count; i++) {
		values[i].length = read_number(input);
		values[i].octets = read_octets(input, values[i].length);
	}
}

static void read_record(struct input *input, struct arena *arena, struct record *record)
{
	struct record_attribute *attributes;

	record->dn_length = read_number(input);
	record->dn = read_octets(input, record->dn_length);
	record->count = read_count(input, 2 * sizeof(uint32_t));
	record->attributes = attributes = arena_array(arena, record->count + 1, sizeof(*attributes));
	for (size_t i = 0; i < record->count && !input->broken; i++)
		read_attribute(input, arena, &attributes[i]);
}

static void read_change(struct input *input, struct arena *arena, struct change *change)
{
	uint8_t kind = (uint8_t)*read_octets(input, 1);
	uint32_t size = read_number(input);

	change->kind = (enum change_kind)kind;
	change->record.key = size == NO_KEY ? NULL : text_of(input, size);
	if (kind == CHANGE_PUT)
		read_record(input, arena, &change->record);
	else if (kind > CHANGE_SEEN || !change->record.key)
		input->broken = true;
}

bool journal_read_changes(const void *octets, size_t length, struct arena *arena, struct journal_changes *changes)
{
	struct input input = {octets, length, false};
	struct change *items;

	*changes = (struct journal_changes){.count = read_count(&input, 1 + sizeof(uint32_t))};
	changes->changes = items = arena_array(arena, changes->count + 1, sizeof(*items));
	for (size_t i = 0; i < changes->count && !input.broken; i++)
		read_change(&input, arena, &items[i]);
	changes->moved = read_flag(&input);
	if (changes->moved)
		read_position(&input, &changes->position);
	return is_read(&input);
}

/* ---- COMMIT ---- */

void journal_write_end(const struct feed_whole *whole, instant loaded_at, struct text *out)
{
	write_position(out, whole->position);
	write_text(out, whole->server);
	text_append_octets(out, &loaded_at, sizeof(loaded_at));
	text_append_char(out, whole->covered == NULL);
	write_number(out, whole->covered ? (uint32_t)whole->covered->count : 0);
	for (size_t i = 0; whole->covered && i < whole->covered->count; i++)
		write_text(out, whole->covered->items[i]);
}

static instant read_instant(struct input *input)
{
	instant at = 0;
	const char *octets = read_octets(input, sizeof(at));

	if (!input->broken)
		memcpy(&at, octets, sizeof(at));
	return at;
}

bool journal_read_end(const void *octets, size_t length, struct journal_end *end)
{
	struct input input = {octets, length, false};
	uint32_t count;

	*end = (struct journal_end){.server = ""};
	read_position(&input, &end->position);
	end->server = read_text(&input);
	end->loaded_at = read_instant(&input);
	end->covers_all = read_flag(&input);
	count = read_count(&input, sizeof(uint32_t));
	for (uint32_t i = 0; i < count && !input.broken; i++)
		name_set_add(&end->covered, read_text(&input));
	return is_read(&input) && !end->covered.overflowed;
}

/* ---- MARK ---- */

void journal_write_mark(const struct journal_moment *mark, struct text *out)
{
	text_append_octets(out, &mark->wall, sizeof(mark->wall));
	text_append_octets(out, &mark->awake, sizeof(mark->awake));
	text_append_char(out, mark->disciplined);
}

bool journal_read_mark(const void *octets, size_t length, struct journal_moment *mark)
{
	struct input input = {octets, length, false};

	mark->wall = read_instant(&input);
	mark->awake = read_instant(&input);
	mark->disciplined = read_flag(&input);
	return is_read(&input);
}
