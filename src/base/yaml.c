#include "base/yaml.h"

#include <errno.h>
#include <string.h>
#include <yaml.h>

static int broken(const yaml_parser_t *parser, size_t *line, struct error *why)
{
	/* What is no text in UTF-8 or UTF-16 is known by its octet only. */
	*line = parser->error == YAML_READER_ERROR ? 0 : parser->problem_mark.line + 1;
	error_set(why, -EINVAL, "no YAML: %s%s%s", parser->problem ? parser->problem : "it cannot be read",
	          parser->context ? " " : "", parser->context ? parser->context : "");
	return YAML_BROKEN;
}

/* ---- nodes: those of a document are numbered from 1 ---- */

static const struct yaml *const *items_of(const yaml_node_t *node, const struct yaml *nodes, size_t count,
                                          struct arena *arena)
{
	const struct yaml **items = arena_array(arena, count, sizeof(*items));

	for (size_t i = 0; i < count; i++)
		items[i] = &nodes[node->data.sequence.items.start[i] - 1];
	return items;
}

static const struct yaml_pair *pairs_of(const yaml_node_t *node, const struct yaml *nodes, size_t count,
                                        struct arena *arena)
{
	struct yaml_pair *pairs = arena_array(arena, count, sizeof(*pairs));

	for (size_t i = 0; i < count; i++) {
		const yaml_node_pair_t *pair = &node->data.mapping.pairs.start[i];

		pairs[i] = (struct yaml_pair){&nodes[pair->key - 1], &nodes[pair->value - 1]};
	}
	return pairs;
}

/* A node without a tag has that of its kind. */
static const char *tag_of(const yaml_node_t *node, struct arena *arena)
{
	const char *tag = (const char *)node->tag;

	if (!tag || strcmp(tag, YAML_STR_TAG) == 0 || strcmp(tag, YAML_SEQ_TAG) == 0 || strcmp(tag, YAML_MAP_TAG) == 0)
		return NULL;
	return arena_string(arena, tag);
}

static void node_take(const yaml_node_t *node, const struct yaml *nodes, struct arena *arena, struct yaml *taken)
{
	taken->line = node->start_mark.line + 1;
	taken->tag = tag_of(node, arena);
	if (node->type == YAML_SCALAR_NODE) {
		taken->length = node->data.scalar.length;
		taken->text = arena_octets(arena, node->data.scalar.value, taken->length);
		taken->block = node->data.scalar.style == YAML_LITERAL_SCALAR_STYLE ||
		               node->data.scalar.style == YAML_FOLDED_SCALAR_STYLE;
		taken->plain = node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	} else if (node->type == YAML_SEQUENCE_NODE) {
		taken->kind = YAML_KIND_SEQUENCE;
		taken->count = (size_t)(node->data.sequence.items.top - node->data.sequence.items.start);
		taken->items = items_of(node, nodes, taken->count, arena);
	} else {
		taken->kind = YAML_KIND_MAPPING;
		taken->count = (size_t)(node->data.mapping.pairs.top - node->data.mapping.pairs.start);
		taken->pairs = pairs_of(node, nodes, taken->count, arena);
	}
}

static const struct yaml *document_take(const yaml_document_t *document, struct arena *arena)
{
	size_t count = (size_t)(document->nodes.top - document->nodes.start);
	struct yaml *nodes = arena_array(arena, count, sizeof(*nodes));

	for (size_t i = 0; i < count; i++)
		node_take(&document->nodes.start[i], nodes, arena, &nodes[i]);
	return count > 0 ? nodes : NULL; /* the root is the first */
}

/* ---- the one document ---- */

static int read_second(yaml_parser_t *parser, size_t *line, struct error *why)
{
	yaml_document_t second;
	int result = 0;

	if (!yaml_parser_load(parser, &second))
		return broken(parser, line, why);
	if (yaml_document_get_root_node(&second)) {
		*line = second.start_mark.line + 1;
		error_set(why, -EINVAL, "a second document begins here; only one is read");
		result = YAML_BROKEN;
	}
	yaml_document_delete(&second);
	return result;
}

int yaml_read(const char *text, size_t length, struct arena *arena, const struct yaml **root, size_t *line,
              struct error *why)
{
	yaml_parser_t parser;
	yaml_document_t document;
	int result;

	*root = NULL;
	*line = 0;
	if (!yaml_parser_initialize(&parser))
		return error_set(why, -ENOMEM, "no memory to read it");
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);
	if (!yaml_parser_load(&parser, &document)) {
		result = broken(&parser, line, why);
	} else {
		*root = document_take(&document, arena);
		yaml_document_delete(&document);
		result = *root ? read_second(&parser, line, why) : 0;
	}
	yaml_parser_delete(&parser);
	return result;
}
