/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Makes the changes of a judgement in Postfix's files, or shows what they
 * would be. Passwords are shown to nobody.
 */

#ifndef POSTFIX_CHANGE_H
#define POSTFIX_CHANGE_H

#include "postfix_judge.h"

/* What a diff of all files may be long. */
#define POSTFIX_MAX_DIFF (1024 * 1024)

/*
 * Appends what would change in each file, as diff -u shows it, and the commands
 * that would be run. postconf(1) makes the change in a copy. STATUS_ACCESS,
 * STATUS_CONFIG, STATUS_NOMEM, or as program_run().
 */
enum status postfix_change_show(const struct postfix_judgement *judgement,
    struct buf *out, struct diag *diag);

/*
 * Makes the changes. Each file that was there is kept beside the new one,
 * under its name and ".before-" with the time; maps are replaced whole, and
 * keep their owner and mode. As above. When it fails, what was changed before
 * stays, and the sentence says what failed.
 */
enum status postfix_change_make(const struct postfix_judgement *judgement,
    struct diag *diag);

/*
 * Has a Postfix that runs read its configuration anew; *is_running tells
 * whether it does. STATUS_CONFIG with its words, or as program_run().
 */
enum status postfix_reload(bool *is_running, struct diag *diag);

/* One change as a line to be copied: of main.cf, of a map, or a command. */
void postfix_change_format(const struct postfix *postfix,
    const struct postfix_change *change, char *line, size_t space);

/* For the above and its tests: the text of a source with one change made; and
 * the same text without its passwords, which follow any of the delimiters. */
void postfix_source_change(const char *text,
    const struct postfix_change *change, struct buf *out);
void postfix_source_hide(const char *text, const char *delimiters,
    struct buf *out);

#endif
