#include "script.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "steps.h"

int fake_words(char *line, char *words[FAKE_WORDS_MAX])
{
	int count = 0;

	line[strcspn(line, "\n")] = '\0';
	for (char *from = line; *from; count++) {
		char *to;
		bool quoted = false;

		from += strspn(from, " \t");
		if (!*from || *from == '#')
			break;
		if (count == FAKE_WORDS_MAX)
			return -E2BIG;
		words[count] = to = from;
		for (; *from && (quoted || (*from != ' ' && *from != '\t')); from++) {
			if (*from == '"')
				quoted = !quoted;
			else
				*to++ = *from;
		}
		from += *from != '\0';
		*to = '\0';
	}
	return count;
}

/* What follows "NAME=" in the word; NULL if it has another name. */
static const char *value_of(const char *word, const char *name)
{
	size_t length = strlen(name);

	return strncmp(word, name, length) == 0 && word[length] == '=' ? word + length + 1 : NULL;
}

int fake_steps_read(char **words, size_t count, struct fake_steps *steps, struct error *why)
{
	*steps = (struct fake_steps){.count = 0};
	if (count == 0 || count > FAKE_STEPS_MAX)
		return error_set(why, -EINVAL, "%zu steps; there may be 1 to %d", count, FAKE_STEPS_MAX);
	for (size_t i = 0; i < count; i++) {
		size_t length = strcspn(words[i], "=");
		const struct fake_action *action = fake_action_find(words[i], length);

		if (!action)
			return error_set(why, -EINVAL, "there is no step \"%s\"", words[i]);
		steps->items[i] = (struct fake_step){action, memory_string(words[i] + length + (words[i][length] == '='))};
	}
	steps->count = count;
	return 0;
}

/* ---- set ---- */

static int set_cookie(struct fake_settings *settings, const char *value)
{
	static const char *const kinds[] = {"openldap", "389", "none"};

	for (int i = 0; i < 3; i++)
		if (strcmp(value, kinds[i]) == 0) {
			settings->cookie = (enum fake_cookie)i;
			settings->cookie_text = NULL;
			return 0;
		}
	settings->cookie_text = memory_string(value);
	return 0;
}

static int set_hidden(struct fake_settings *settings, const char *value)
{
	if (!*value)
		settings->hidden_count = 0;
	else if (settings->hidden_count == FAKE_HIDDEN_MAX)
		return -E2BIG;
	else
		settings->hidden[settings->hidden_count++] = memory_string(value);
	return 0;
}

static int set_one(struct fake_settings *settings, const char *word)
{
	const char *value;

	if ((value = value_of(word, "cookie")))
		return set_cookie(settings, value);
	if ((value = value_of(word, "hide")))
		return set_hidden(settings, value);
	if ((value = value_of(word, "page")))
		settings->page = strtol(value, NULL, 10);
	else if ((value = value_of(word, "range")))
		settings->range = strtol(value, NULL, 10);
	else if ((value = value_of(word, "round")))
		settings->round = strtol(value, NULL, 10);
	else if ((value = value_of(word, "mute")))
		settings->mute = strcmp(value, "on") == 0;
	else
		return -EINVAL;
	return 0;
}

int fake_script_set(struct fake_script *script, char **words, size_t count, struct error *why)
{
	for (size_t i = 0; i < count; i++)
		if (set_one(&script->settings, words[i]) < 0)
			return error_set(why, -EINVAL, "\"%s\" cannot be set", words[i]);
	return 0;
}

/* ---- on, plan, clear ---- */

int fake_script_on(struct fake_script *script, char **words, size_t count, struct error *why)
{
	struct fake_rule *rule = &script->rules[script->rule_count];
	const char *value;
	size_t i = 1;
	int result;

	if (script->rule_count == FAKE_RULES_MAX || count < 2 || !fake_kind_valid(words[0]))
		return error_set(why, -EINVAL, "on KIND [after=N] [skip=N] [times=N] STEP...; at most %d", FAKE_RULES_MAX);
	*rule = (struct fake_rule){.kind = memory_string(words[0]), .times = -1};
	for (; i < count; i++) {
		if ((value = value_of(words[i], "after")))
			rule->after = strtol(value, NULL, 10);
		else if ((value = value_of(words[i], "skip")))
			rule->skip = strtol(value, NULL, 10);
		else if ((value = value_of(words[i], "times")))
			rule->times = strtol(value, NULL, 10);
		else
			break;
	}
	result = fake_steps_read(words + i, count - i, &rule->steps, why);
	script->rule_count += result == 0;
	return result;
}

int fake_script_plan(struct fake_script *script, char **words, size_t count, struct error *why)
{
	struct fake_plan *plan = &script->plans[script->plan_count];
	int result;

	if (script->plan_count == FAKE_RULES_MAX || count < 2 || !fake_kind_valid(words[0]))
		return error_set(why, -EINVAL, "plan KIND STEP...; at most %d", FAKE_RULES_MAX);
	plan->kind = memory_string(words[0]);
	result = fake_steps_read(words + 1, count - 1, &plan->steps, why);
	script->plan_count += result == 0;
	return result;
}

int fake_script_clear(struct fake_script *script, char **words, size_t count, struct error *why)
{
	(void)words;
	if (count > 0)
		return error_set(why, -EINVAL, "clear takes no words");
	script->rule_count = script->plan_count = script->settings.hidden_count = 0;
	return 0;
}
