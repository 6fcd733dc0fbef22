/* Journals from anywhere: each is taken or refused with words.  A file that begins with '=' is a list of blocks, which get
 * good checksums here: kind (an octet), length (two octets, the lower first), payload. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "directory/follower/journal_load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct journal_head head = {"1", "s", "i", "a", "b"};
static const struct journal_clocks clocks = {{INT64_C(1) << 60, INT64_C(1) << 50, false}, "b"};

static void put(int file, const void *octets, size_t length)
{
	assert(write(file, octets, length) == (ssize_t)length);
}

static void put_block(int file, enum journal_kind kind, const struct text *payload, uint64_t *before)
{
	struct journal_frame frame;

	journal_frame_make(kind, payload, *before, &frame);
	put(file, &frame, sizeof(frame));
	put(file, text_string(payload), payload->length);
	*before = frame.sum;
}

static void put_blocks(int file, const uint8_t *data, size_t size)
{
	struct text payload;
	uint64_t before = 0;

	text_init(&payload, 100000);
	put(file, JOURNAL_MAGIC, JOURNAL_MAGIC_SIZE);
	put(file, &before, sizeof(before));
	journal_write_head(&head, &payload);
	put_block(file, JOURNAL_HEAD, &payload, &before);
	while (size >= 3) {
		enum journal_kind kind = (enum journal_kind)data[0];
		size_t length = data[1] + data[2] * (size_t)256;

		data += 3;
		size -= 3;
		length = length < size ? length : size;
		text_reset(&payload);
		text_append_octets(&payload, data, length);
		put_block(file, kind, &payload, &before);
		data += length;
		size -= length;
	}
	text_release(&payload);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct builder *builder = builder_new(NULL, NULL);
	int file = memfd_create("journal", MFD_CLOEXEC), result;
	struct journal_loaded loaded;
	struct error why = {""};

	if (size > 0 && data[0] == '=')
		put_blocks(file, data + 1, size - 1);
	else
		put(file, data, size);
	result = journal_load_file(file, &head, &clocks, builder, 0, &loaded, &why);
	assert(result == 0 || (result < 0 && why.text[0] != '\0'));
	assert(result < 0 || loaded.age >= 0);
	name_set_release(&loaded.end.covered);
	builder_free(builder);
	close(file);
	return 0;
}
