#include "model/dn.h"

#include "model/name.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* An AVA of the RDN that is being read; lives in the arena. */
struct ava {
	const char *type;
	const char *value;
	const char *normal;
	struct ava *next;
};

/* Reads a string from left to right.  Every function that reads returns 0, or 1 after it has said why. */
struct reader {
	const char *start;
	const char *at;
	const char *end;
	struct arena *arena;
	struct text value;  /* the value that is being read, unescaped */
	struct text normal; /* the normal form that is being made */
	struct error *why;
};

static int refuse(const struct reader *reader, const char *what)
{
	error_set(reader->why, -EINVAL, "not a DN: %s at octet %zu", what, (size_t)(reader->at - reader->start) + 1);
	return 1;
}

static bool at_end(const struct reader *reader)
{
	return reader->at == reader->end;
}

static bool at_char(const struct reader *reader, char c)
{
	return !at_end(reader) && *reader->at == c;
}

static void skip_spaces(struct reader *reader)
{
	while (at_char(reader, ' '))
		reader->at++;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* What ends a value that is not quoted: ';' as in RFC 2253 section 4. */
static bool is_separator(char c)
{
	return c == ',' || c == ';' || c == '+';
}

/* What stands for itself only behind a backslash (RFC 4514 section 3: escaped). */
static bool is_special(char c)
{
	return is_separator(c) || c == '"' || c == '<' || c == '>' || c == '\\';
}

static int hex_digit(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The octet that two hexadecimal digits at reader->at name, or -1; moves past them. */
static int read_hexpair(struct reader *reader)
{
	if (reader->end - reader->at < 2)
		return -1;
	int high = hex_digit(reader->at[0]);
	int low = hex_digit(reader->at[1]);
	if (high < 0 || low < 0)
		return -1;
	reader->at += 2;
	return high * 16 + low;
}

/* numericoid = number 1*( DOT number ), without leading zeros (RFC 4512 section 1.4). */
static bool is_numericoid(const char *text, size_t length)
{
	size_t dots = 0;
	for (size_t i = 0; i < length; i++) {
		bool first = i == 0 || text[i - 1] == '.';
		bool last = i + 1 == length || text[i + 1] == '.';
		if (text[i] == '.' ? first || i + 1 == length : !is_digit(text[i]) || (text[i] == '0' && first && !last))
			return false;
		dots += text[i] == '.';
	}
	return dots > 0;
}

/* descr = ALPHA *( ALPHA / DIGIT / HYPHEN ) (RFC 4512 section 1.4). */
static bool is_descr(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (!is_letter(text[i]) && (i == 0 || (!is_digit(text[i]) && text[i] != '-')))
			return false;
	}
	return length > 0;
}

/* The type and the '=' after it.  "OID." before a number is of RFC 2253 section 4. */
static int read_type(struct reader *reader, const char **type)
{
	const char *from = reader->at;
	while (!at_end(reader) && (is_letter(*reader->at) || is_digit(*reader->at) || *reader->at == '-' ||
	                           *reader->at == '.'))
		reader->at++;
	size_t length = (size_t)(reader->at - from);
	char prefix[] = "OID.";
	if (length > 4) {
		memcpy(prefix, from, 4);
		if (keyword_equal(prefix, "OID.")) {
			from += 4;
			length -= 4;
		}
	}
	if (!is_descr(from, length) && !is_numericoid(from, length)) {
		reader->at = from;
		return refuse(reader, "no attribute type");
	}
	*type = attribute_canonical(arena_octets(reader->arena, from, length), reader->arena);
	skip_spaces(reader);
	if (!at_char(reader, '='))
		return refuse(reader, "no '='");
	reader->at++;
	skip_spaces(reader);
	return 0;
}

/* pair = ESC ( ESC / special / hexpair ) (RFC 4514 section 3); reader->at is behind the backslash. */
static int read_pair(struct reader *reader)
{
	int octet = read_hexpair(reader);
	if (octet < 0) {
		if (at_end(reader) || (!is_special(*reader->at) && !at_char(reader, ' ') && !at_char(reader, '#') &&
		                       !at_char(reader, '=')))
			return refuse(reader, "a backslash before nothing that may be escaped");
		octet = (unsigned char)*reader->at++;
	}
	text_append_char(&reader->value, (char)octet);
	return 0;
}

/* QUOTATION *( quotechar / pair ) QUOTATION (RFC 2253 section 4); reader->at is behind the first quotation mark. */
static int read_quoted(struct reader *reader)
{
	while (!at_char(reader, '"')) {
		if (at_end(reader))
			return refuse(reader, "no closing quotation mark");
		char c = *reader->at++;
		if (c != '\\')
			text_append_char(&reader->value, c);
		else if (read_pair(reader) != 0)
			return 1;
	}
	reader->at++;
	return 0;
}

/* Moves to the next space or special character, or to the end. */
static void skip_plain(struct reader *reader)
{
	while (!at_end(reader) && *reader->at != ' ' && !is_special(*reader->at))
		reader->at++;
}

/* string (RFC 4514 section 3).  Spaces count once something follows them. */
static int read_string(struct reader *reader)
{
	while (!at_end(reader) && !is_separator(*reader->at)) {
		const char *from = reader->at;
		skip_spaces(reader);
		if (at_end(reader) || is_separator(*reader->at)) {
			reader->at = from;
			return 0;
		}
		skip_plain(reader);
		text_append_octets(&reader->value, from, (size_t)(reader->at - from));
		if (at_end(reader) || !is_special(*reader->at) || is_separator(*reader->at))
			continue;
		if (*reader->at != '\\')
			return refuse(reader, "a character that must be escaped");
		reader->at++;
		if (read_pair(reader) != 0)
			return 1;
	}
	return 0;
}

/* The length of what a definite BER length at *at promises if that is all there is, else -1 (X.690 section 8.1.3). */
static long ber_length(const unsigned char **at, const unsigned char *end)
{
	if (*at == end)
		return -1;
	size_t length = *(*at)++;
	if (length > 0x80) {
		size_t octets = length & 0x7f;
		if (octets > sizeof(uint32_t) || octets > (size_t)(end - *at))
			return -1;
		for (length = 0; octets > 0; octets--)
			length = length << 8 | *(*at)++;
	} else if (length == 0x80) {
		return -1;
	}
	return length == (size_t)(end - *at) ? (long)length : -1;
}

/* Is it BER of a string whose octets are UTF-8 (of the choices of DirectoryString, and IA5String)?  Then only the
 * string stays in reader->value.  Whether it is UTF-8 the caller sees. */
static bool value_from_ber(struct reader *reader)
{
	enum { TAG_UTF8 = 0x0c, TAG_PRINTABLE = 0x13, TAG_IA5 = 0x16 };
	const unsigned char *at = (const unsigned char *)reader->value.octets;
	const unsigned char *end = at + reader->value.length;
	unsigned char tag = *at++;
	long length = ber_length(&at, end);
	if (length < 0 || (tag != TAG_UTF8 && tag != TAG_PRINTABLE && tag != TAG_IA5))
		return false;
	for (long i = 0; tag != TAG_UTF8 && i < length; i++) {
		if (at[i] >= 0x80)
			return false;
	}
	char *string = arena_octets(reader->arena, at, (size_t)length);
	text_reset(&reader->value);
	text_append_octets(&reader->value, string, (size_t)length);
	return true;
}

/* "#" and the digits in lower case: the form of a value that is no string. */
static const char *hex_text(const struct reader *reader)
{
	static const char digits[] = "0123456789abcdef";
	char *text = arena_alloc(reader->arena, reader->value.length * 2 + 2);
	char *to = text;
	*to++ = '#';
	for (size_t i = 0; i < reader->value.length; i++) {
		unsigned char octet = (unsigned char)reader->value.octets[i];
		*to++ = digits[octet >> 4];
		*to++ = digits[octet & 15];
	}
	return text;
}

/* Puts type, '=' and the normal form of the string value into ava->normal, escaped so that reading it gives the same:
 * what has a meaning to RFC 4514 gets a backslash.  Returns 1 when the value has no normal form. */
static int normalise_string(struct reader *reader, struct ava *ava)
{
	const char *octets = text_string(&reader->value);
	if (name_normalise(octets, reader->value.length, &reader->normal) != 0)
		return 1;
	const char *from = text_string(&reader->normal);
	char *normal = arena_alloc(reader->arena, strlen(ava->type) + reader->normal.length * 2 + 2);
	size_t length = strlen(ava->type);
	memcpy(normal, ava->type, length);
	normal[length++] = '=';
	for (size_t i = 0; i < reader->normal.length; i++) {
		if (is_special(from[i]) || (i == 0 && from[i] == '#'))
			normal[length++] = '\\';
		normal[length++] = from[i];
	}
	ava->normal = normal;
	ava->value = arena_octets(reader->arena, octets, reader->value.length);
	return 0;
}

/* hexstring = SHARP 1*hexpair (RFC 4514 section 3); reader->at is behind the '#'.  A string in BER is that string;
 * anything else is compared by its octets. */
static int read_hexstring(struct reader *reader, struct ava *ava)
{
	int octet = read_hexpair(reader);
	if (octet < 0)
		return refuse(reader, "no hexadecimal digits after '#'");
	for (; octet >= 0; octet = read_hexpair(reader))
		text_append_char(&reader->value, (char)octet);
	ava->value = hex_text(reader);
	ava->normal = arena_print(reader->arena, "%s=%s", ava->type, ava->value);
	if (value_from_ber(reader))
		normalise_string(reader, ava); /* not UTF-8: it stays what it is */
	return 0;
}

static int read_ava(struct reader *reader, struct ava *ava)
{
	if (read_type(reader, &ava->type) != 0)
		return 1;
	text_reset(&reader->value);
	text_reset(&reader->normal);
	if (at_char(reader, '#')) {
		reader->at++;
		return read_hexstring(reader, ava);
	}
	const char *from = reader->at;
	int result;
	if (at_char(reader, '"')) {
		reader->at++;
		result = read_quoted(reader);
	} else {
		result = read_string(reader);
	}
	if (result != 0 || normalise_string(reader, ava) == 0)
		return result;
	reader->at = from;
	return refuse(reader, "a value that is not UTF-8 text");
}

static int ava_compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The normal forms of `count` AVAs, sorted, each once, joined by '+'. */
static const char *join_avas(struct reader *reader, const struct ava *first, size_t count)
{
	if (count == 1)
		return first->normal;
	const char **normals = arena_array(reader->arena, count, sizeof(*normals));
	size_t length = 0;
	for (size_t i = 0; i < count; i++, first = first->next) {
		normals[i] = first->normal;
		length += strlen(first->normal) + 1;
	}
	qsort(normals, count, sizeof(*normals), ava_compare);
	char *joined = arena_alloc(reader->arena, length);
	char *to = joined;
	for (size_t i = 0; i < count; i++) {
		if (i > 0 && strcmp(normals[i - 1], normals[i]) == 0)
			continue;
		if (i > 0)
			*to++ = '+';
		size_t octets = strlen(normals[i]);
		memcpy(to, normals[i], octets);
		to += octets;
	}
	return joined;
}

/* Reads one RDN and the spaces behind it. */
static int read_rdn(struct reader *reader, struct rdn *rdn)
{
	const char *from = reader->at;
	const char *behind;
	struct ava first = { 0 };
	struct ava *last = &first;
	size_t count = 1;
	for (;;) {
		if (read_ava(reader, last) != 0)
			return 1;
		behind = reader->at;
		skip_spaces(reader);
		if (!at_char(reader, '+'))
			break;
		reader->at++;
		skip_spaces(reader);
		last = last->next = arena_alloc(reader->arena, sizeof(*last));
		count++;
	}
	*rdn = (struct rdn){
		.display = arena_octets(reader->arena, from, (size_t)(behind - from)),
		.normal = join_avas(reader, &first, count),
		.type = first.type,
		.value = first.value,
	};
	return 0;
}

/* distinguishedName = [ relativeDistinguishedName *( COMMA relativeDistinguishedName ) ] (RFC 4514 section 3). */
static int read_dn(struct reader *reader, struct dn *dn)
{
	struct rdn rdns[DN_DEPTH_MAX];
	uint32_t count = 0;
	skip_spaces(reader);
	while (!at_end(reader) || count > 0) {
		if (count == DN_DEPTH_MAX)
			return refuse(reader, "too many RDNs");
		if (read_rdn(reader, &rdns[count]) != 0)
			return 1;
		count++;
		if (at_end(reader))
			break;
		if (!is_separator(*reader->at)) /* a '+' was read as part of the RDN */
			return refuse(reader, "no separator");
		reader->at++;
		skip_spaces(reader);
	}
	struct rdn *kept = arena_array(reader->arena, count, sizeof(*kept));
	memcpy(kept, rdns, count * sizeof(*kept));
	*dn = (struct dn){ count, kept };
	return 0;
}

int dn_parse(const char *octets, size_t length, struct arena *arena, struct dn *dn, struct error *why)
{
	struct reader reader = {
		.start = octets, .at = octets, .end = octets + length, .arena = arena, .why = why,
	};
	if (length > DN_LENGTH_MAX) {
		reader.at += DN_LENGTH_MAX;
		return refuse(&reader, "too long");
	}
	text_init(&reader.value, DN_LENGTH_MAX);
	text_init(&reader.normal, NAME_LENGTH_MAX);
	int result = read_dn(&reader, dn);
	text_release(&reader.value);
	text_release(&reader.normal);
	return result;
}

void dn_normal(const struct dn *dn, struct text *out)
{
	for (uint32_t i = 0; i < dn->count; i++) {
		if (i > 0)
			text_append_char(out, ',');
		text_append(out, dn->rdns[i].normal);
	}
}

bool dn_same(const struct dn *a, const struct dn *b)
{
	bool same = a->count == b->count;
	for (uint32_t i = 0; same && i < a->count; i++)
		same = strcmp(a->rdns[i].normal, b->rdns[i].normal) == 0;
	return same;
}

bool dn_equal(const char *a, const char *b)
{
	struct arena *arena = arena_new();
	struct dn dns[2];
	bool equal = dn_parse(a, strlen(a), arena, &dns[0], NULL) == 0 &&
	             dn_parse(b, strlen(b), arena, &dns[1], NULL) == 0 && dn_same(&dns[0], &dns[1]);
	arena_free(arena);
	return equal;
}
