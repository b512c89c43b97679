/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What a value in the configuration may be.
 */

#ifndef CONF_CHECK_H
#define CONF_CHECK_H

#include "conf.h"

/* Finds an option by its name. */
bool conf_find_option(const char *name, enum option *option);

/*
 * Judges a value by its option's kind; sets seconds for a number. STATUS_CONFIG
 * with a reason that names the option.
 */
enum status conf_check_value(enum option option, const char *text, int *seconds,
    struct diag *reason);

/* Judges the title of a section. */
enum status conf_check_title(const char *title, struct diag *reason);

/*
 * Turns libconfuse's complaint into a sentence: an option that it does not
 * know is compared with those that exist.
 */
void conf_improve_error(const char *text, struct diag *better);

#endif
