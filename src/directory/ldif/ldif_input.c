#include "directory/ldif/ldif_input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "directory/ldif/ldif.h"

#define BUFFER_SIZE 65536

static const char byte_order_mark[] = "\xef\xbb\xbf";

/* Makes sure that there is an octet in the window.  1: none will come any more. */
static int input_fill(struct ldif_input *input, struct error *why)
{
	if (input->at < input->end)
		return 0;
	if (!input->file)
		return LDIF_END;
	input->at = 0;
	input->end = fread(input->buffer, 1, BUFFER_SIZE, input->file);
	if (input->end > 0)
		return 0;
	if (ferror(input->file))
		return error_set(why, -EIO, "cannot be read: %s", strerror(errno));
	return LDIF_END;
}

static void input_skip_mark(struct ldif_input *input)
{
	size_t length = sizeof(byte_order_mark) - 1;

	if (input->end - input->at >= length && memcmp(input->window + input->at, byte_order_mark, length) == 0)
		input->at += length;
}

int ldif_input_open(struct ldif_input *input, const char *path, struct error *why)
{
	*input = (struct ldif_input){.file = fopen(path, "re")};
	text_init(&input->line, LDIF_VALUE_MAX);
	if (!input->file)
		return error_set(why, -errno, "%s: cannot be opened: %s", path, strerror(errno));
	input->buffer = memory_alloc(BUFFER_SIZE);
	input->window = input->buffer;
	if (input_fill(input, why) < 0) {
		ldif_input_close(input);
		return error_prefix(why, -EIO, "%s: ", path);
	}
	input_skip_mark(input);
	return 0;
}

void ldif_input_memory(struct ldif_input *input, const char *octets, size_t length)
{
	*input = (struct ldif_input){.window = octets, .end = length};
	text_init(&input->line, LDIF_VALUE_MAX);
	input_skip_mark(input);
}

void ldif_input_close(struct ldif_input *input)
{
	if (input->file)
		fclose(input->file);
	free(input->buffer);
	text_release(&input->line);
	*input = (struct ldif_input){0};
}

/* Appends one physical line to the joined one, without its end.  LDIF_END: there is none. */
static int input_physical(struct ldif_input *input, struct error *why)
{
	size_t before = input->line.length;
	const char *start, *end;
	int result = input_fill(input, why);

	if (result)
		return result;
	input->number++;
	do {
		start = input->window + input->at;
		end = memchr(start, '\n', input->end - input->at);
		text_append_octets(&input->line, start, end ? (size_t)(end - start) : input->end - input->at);
		input->at = end ? (size_t)(end - input->window) + 1 : input->end;
	} while (!end && (result = input_fill(input, why)) == 0);
	if (result < 0)
		return result;
	if (input->line.overflowed)
		return error_set(why, -E2BIG, "a line of more than %d octets; split the value or leave it out", LDIF_VALUE_MAX);
	if (input->line.length > before && input->line.octets[input->line.length - 1] == '\r')
		input->line.octets[--input->line.length] = '\0';
	return 0;
}

int ldif_input_next(struct ldif_input *input, struct error *why)
{
	int result;

	text_reset(&input->line);
	input->line_number = input->number + 1;
	result = input_physical(input, why);
	/* RFC 2849 note 2: a line that begins with a space goes on where the one before it ended. */
	while (result == 0 && input->line.length > 0) {
		int more = input_fill(input, why);

		if (more)
			return more < 0 ? more : 0;
		if (input->window[input->at] != ' ')
			break;
		input->at++;
		result = input_physical(input, why);
		if (result == LDIF_END) /* the last octet of the file was that space */
			return 0;
	}
	return result;
}
