/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What a text is about: mail, Microsoft's sign-in, or something else
 * altogether.
 */

#include <string.h>
#include <strings.h>

#include "explain_marks.h"

/* How far into a text the name of the program is looked for. */
#define MAX_HEAD 120

/* A date and a host before it make a log line; some need neither. */
#define MIN_HEAD 8
#define FIRST_PROGRAMS 13

/* Is the text a log line of a program that has nothing to do with mail? */
static bool
is_foreign(const char *text, size_t length)
{
	/* The first may stand at the beginning of a line without a number. */
	static const char *const programs[] = { "kernel", "sshd", "cron",
		"crond", "sudo", "smartd", "mysqld", "mariadbd", "postgres",
		"smbd", "dockerd", "containerd", "kubelet", "su", "login",
		"systemd-logind", "ntpd", "chronyd", "winbindd", "vsftpd",
		"proftpd", "cups", "cupsd", "ufw", "fail2ban", "named",
		"dhclient", "dhcpd", "bluetoothd", "gdm", "polkitd", "openvpn",
		"pluto", "charon", "wpa_supplicant", "dpkg", "apt", "snmpd",
		"rsyncd", "redis" };
	size_t i, k, n;

	if (length > MAX_HEAD)
		length = MAX_HEAD;
	for (i = 0; i < length && text[i] != '\n'; i++) {
		if (i > 0 && text[i - 1] != ' ')
			continue;
		for (k = 0; k < sizeof(programs) / sizeof(programs[0]); k++) {
			n = strlen(programs[k]);
			if (i + n + 1 < length &&
			    strncasecmp(text + i, programs[k], n) == 0 &&
			    (text[i + n] == '[' || text[i + n] == '(' ||
				(text[i + n] == ':' &&
				    (i > MIN_HEAD || k < FIRST_PROGRAMS))))
				return true;
		}
	}
	return false;
}

static bool
has_words(const char *text, size_t length, const char *words)
{
	size_t i, n;

	for (;; words += n + 1) {
		n = strcspn(words, "|");
		for (i = 0; i + n <= length; i++)
			if (strncasecmp(text + i, words, n) == 0)
				return true;
		if (words[n] == '\0')
			return false;
	}
}

unsigned
marks_find_topics(const char *text, size_t length)
{
	static const struct {
		const char *words;
		unsigned seen;
	} topics[] = {
		{ "imap|pop3|smtp|postfix|dovecot|exim|sendmail|mbsync|"
		  "fetchmail|msmtp|mailbox|sasl|offlineimap|gsmtp",
		    SEEN_MAIL },
		{ "pam_unix|using password: |postgres|sqlstate|mysql|mariadb|"
		  "npm err|ssh2|(publickey|ora-0|mongodb|redis|kubectl|"
		  "apt-get|ext4|segfault|git repository|webpack|gradle|"
		  "phpmyadmin|firmware|docker: |from daemon|cpu clock",
		    SEEN_FOREIGN },
		{ "correlation id|correlation_id|correlationid|trace id|"
		  "trace_id|microsoftonline|entra|azure|adfs",
		    SEEN_ENTRA },
	};
	unsigned seen = is_foreign(text, length) ? SEEN_FOREIGN : 0;
	size_t i;

	for (i = 0; i < EXPLAIN_ROWS(topics); i++)
		if (has_words(text, length, topics[i].words))
			seen |= topics[i].seen;
	return seen;
}
