/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * sasl-bearer explain: what an error message means, whoever wrote it. It knows
 * no account and reads no configuration.
 */

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "explain.h"
#include "jsonwrite.h"
#include "message.h"
#include "verb.h"

/* Standard input up to the cap; the rest is left unread. */
static enum status
read_input(struct buf *text, struct diag *diag)
{
	char bytes[4096];
	size_t n;

	if (isatty(STDIN_FILENO))
		message("paste the text, then press Ctrl-D on a line of its "
			"own");
	while (text->length < EXPLAIN_MAX_INPUT &&
	    (n = fread(bytes, 1, sizeof(bytes), stdin)) > 0)
		buf_add(text, bytes,
		    n < EXPLAIN_MAX_INPUT - text->length ?
			n :
			EXPLAIN_MAX_INPUT - text->length);
	if (buf_status(text) != STATUS_OK)
		return diag_set_nomem(diag);
	return STATUS_OK;
}

/* The operands, as they stand on the line. */
static enum status
join_operands(const struct command *command, struct buf *text,
    struct diag *diag)
{
	int i;

	for (i = 0; i < command->count; i++) {
		if (i > 0)
			buf_add(text, " ", 1);
		buf_add_string(text, command->operands[i]);
	}
	if (buf_status(text) == STATUS_NOMEM)
		return diag_set_nomem(diag);
	return STATUS_OK; /* what is beyond the cap is not read anyway */
}

static void
print_field(const char *name, const char *value)
{
	if (value[0] != '\0')
		printf("%-13s %s\n", name, value);
}

static void
print_explanation(const struct explanation *found)
{
	char seen[EXPLAIN_MAX_CODE + 32];

	print_field("what:", found->cause);
	print_field("who must act:", explain_who_name(found->who));
	print_field("next:", found->next);
	snprintf(seen, sizeof(seen), "%s%s", found->code,
	    found->is_guess && found->class != EXPLAIN_UNKNOWN ?
		" (so this is a guess)" :
		"");
	print_field("seen:", found->code[0] != '\0' ? seen : "");
	print_field("correlation:", found->correlation_id);
	print_field("trace:", found->trace_id);
	print_field("time:", found->timestamp);
	if (found->class == EXPLAIN_UNKNOWN)
		print_field("text:", found->shown);
}

/* null for what is not there. */
static void
write_field(struct jsonwrite *json, const char *name, const char *value)
{
	jsonwrite_text(json, name, value[0] != '\0' ? value : NULL);
}

static enum status
write_explanation(const struct explanation *found, struct diag *diag)
{
	struct jsonwrite json;

	jsonwrite_init(&json, stdout);
	jsonwrite_open(&json, NULL, '{');
	jsonwrite_text(&json, "class", explain_class_name(found->class));
	jsonwrite_text(&json, "who", explain_who_name(found->who));
	jsonwrite_bool(&json, "temporary", found->is_temporary);
	write_field(&json, "code", found->code);
	jsonwrite_text(&json, "cause", found->cause);
	jsonwrite_text(&json, "next", found->next);
	jsonwrite_bool(&json, "guess", found->is_guess);
	jsonwrite_open(&json, "ids", '{');
	write_field(&json, "correlation", found->correlation_id);
	write_field(&json, "trace", found->trace_id);
	write_field(&json, "time", found->timestamp);
	jsonwrite_close(&json, '}');
	jsonwrite_text(&json, "text", found->shown);
	jsonwrite_close(&json, '}');
	return jsonwrite_end(&json, diag);
}

enum status
verb_explain(const struct command *command, struct diag *diag)
{
	bool is_input = command->count == 0 ||
	    (command->count == 1 && strcmp(command->operands[0], "-") == 0);
	struct explanation found;
	struct buf text;
	enum status r;

	buf_init(&text, EXPLAIN_MAX_INPUT + 4096);
	r = is_input ? read_input(&text, diag) :
		       join_operands(command, &text, diag);
	if (r != STATUS_OK)
		goto out;
	explain_text(buf_text(&text), text.length, &found);
	if ((command->flags & FLAG_JSON) != 0)
		r = write_explanation(&found, diag);
	else
		print_explanation(&found);
out:
	buf_clear(&text);
	return r;
}
