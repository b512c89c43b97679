/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A text on its way into a report (doctor_hide.h): it is read once, from its
 * beginning, and at each place the first of the rules that fits takes what it
 * fits, and appends what stands for it.
 */

#ifndef DOCTOR_READER_H
#define DOCTOR_READER_H

#include "doctor_hide_names.h"

/* Behind a text that is longer than what is shown of it. */
#define DOCTOR_READER_CUT "..."

struct doctor_reader {
	struct doctor_hide *hide;
	const char *text;
	size_t length, at;
	struct buf *out;
};

/* False: nothing of its kind is there, and nothing was done. */
typedef bool doctor_rule(struct doctor_reader *reader);

doctor_rule reader_take_value; /* a known one, but for */
doctor_rule reader_take_word;  /* a word that somebody has chosen */
doctor_rule reader_take_url;
doctor_rule reader_take_token_uri; /* pkcs11: */
doctor_rule reader_take_home;      /* /home/me */
doctor_rule reader_take_mail_address;
doctor_rule reader_take_guid;
doctor_rule reader_take_ip6;
doctor_rule reader_take_coded;  /* base64 and hex */
doctor_rule reader_take_dotted; /* hosts, IPv4, and what looks like them */

/* For rules: the text from the place on, and the byte before it, or NUL. */
const char *reader_here(const struct doctor_reader *reader);
char reader_before(const struct doctor_reader *reader);

/* Takes so many bytes: by a name of that kind, or as [hidden]. */
void reader_take(struct doctor_reader *reader, enum doctor_hide_kind kind,
    size_t length);
void reader_hide(struct doctor_reader *reader, size_t length);

/* How many bytes from there on are of that kind. */
size_t reader_span(const char *text, bool is_one(char));

/* The length without dots and hyphens at the end: those are a sentence's. */
size_t reader_without_end(const char *text, size_t length);

/* Bytes above 127 count as letters. */
bool reader_is_alnum(char c);
bool reader_is_hex(char c);
bool reader_is_host_char(char c);   /* of a label */
bool reader_is_domain_char(char c); /* the same, and a dot */
bool reader_is_url_char(char c);

/* Is it an address of AF_INET or AF_INET6? */
bool reader_is_address(int family, const char *text, size_t length);

#endif
