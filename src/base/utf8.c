#include "base/utf8.h"

/* RFC 3629 section 4.  The NUL at the end is no continuation, so nothing is read beyond it. */
size_t utf8_length(const char *string)
{
	const unsigned char *s = (const unsigned char *)string;
	size_t length = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : s[0] < 0xf5 ? 4 : 0;

	for (size_t i = 1; i < length; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) || (s[0] == 0xf0 && s[1] < 0x90) ||
	    (s[0] == 0xf4 && s[1] > 0x8f))
		return 0; /* overlong, a surrogate, or past U+10FFFF */
	return length;
}

bool utf8_valid(const char *string)
{
	while (*string != '\0') {
		size_t length = utf8_length(string);

		if (length == 0)
			return false;
		string += length;
	}
	return true;
}
