/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Takes secrets that are known out of a sentence. What a server answers may
 * hold what it was sent, and is quoted to a person; explain_show() hides what
 * looks like a secret, this what is one.
 */

#ifndef HIDE_H
#define HIDE_H

#include "buf.h"
#include "status.h"

/*
 * So many characters in a row are a part of a secret and no chance. A name or
 * a word that a secret begins with is seldom as long.
 */
#define HIDE_MIN 12

/*
 * Each part of the secret in the sentence, as it is or percent-encoded, in
 * letters of whichever case, becomes "[hidden]". A secret shorter than HIDE_MIN
 * is looked for as a whole, and one of less than 8 characters not at all.
 * Either may be NULL. Never fails; the sentence never gets longer.
 */
void hide_secret(const char *secret, struct diag *diag);

/*
 * The same for several: list has them one behind the other, each with its NUL.
 * A list that ran out of space or memory is taken as far as it goes.
 */
void hide_secrets(const struct buf *list, struct diag *diag);

/* Adds one to such a list; NULL is none. */
void hide_add(struct buf *list, const char *secret);

#endif
