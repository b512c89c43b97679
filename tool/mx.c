/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Mail hosts of a domain. See mx.h.
 */

#include <sys/types.h>
#include <netinet/in.h>
#include <arpa/nameser.h>
#include <resolv.h>
#include <stdlib.h>
#include <string.h>

#include "dns.h"
#include "mx.h"

/* An MX record's preference stands before its name. */
#define PREFERENCE_SIZE 2

/* What a record of each kind is. */
static const struct {
	int type;
	int name_at;
} kinds[] = {
	[MX_KIND_HOSTS] = { ns_t_mx, PREFERENCE_SIZE },
	[MX_KIND_ALIAS] = { ns_t_cname, 0 },
};

/*
 * A host's name: letters, digits, hyphens and dots; an underscore is seen. It
 * is printed, so nothing else may pass. Makes it lower case.
 */
static bool
is_host_name(char *name)
{
	size_t i;

	for (i = 0; name[i] != '\0'; i++) {
		if (name[i] >= 'A' && name[i] <= 'Z')
			name[i] = (char)(name[i] - 'A' + 'a');
		else if (strchr("abcdefghijklmnopqrstuvwxyz0123456789-._",
			     name[i]) == NULL)
			return false;
	}
	return i > 0 && i < MX_MAX_NAME && name[0] != '.';
}

/* One record of the answer; of another type, or odd: passed over. */
static void
take_record(const ns_msg *message, const ns_rr *record, enum mx_kind kind,
    struct mx_list *list)
{
	const unsigned char *data = ns_rr_rdata(*record);
	size_t skip = (size_t)kinds[kind].name_at;
	struct mx_host *host = &list->hosts[list->count];
	char name[NS_MAXDNAME];

	if ((int)ns_rr_type(*record) != kinds[kind].type ||
	    ns_rr_class(*record) != ns_c_in || ns_rr_rdlen(*record) <= skip ||
	    dn_expand(ns_msg_base(*message), ns_msg_end(*message), data + skip,
		name, sizeof(name)) < 0)
		return;
	if (kind == MX_KIND_HOSTS &&
	    (name[0] == '\0' || strcmp(name, ".") == 0)) {
		list->is_null = true;
		return;
	}
	if (list->count == MX_MAX_HOSTS || !is_host_name(name))
		return;
	host->preference = skip == 0 ? 0 : ns_get16(data);
	memcpy(host->name, name, strlen(name) + 1);
	list->count++;
}

static int
compare(const void *a, const void *b)
{
	const struct mx_host *one = a, *other = b;

	if (one->preference != other->preference)
		return one->preference < other->preference ? -1 : 1;
	return strcmp(one->name, other->name);
}

static enum status
judge_code(int code, const char *domain, struct diag *diag)
{
	if (code == ns_r_noerror)
		return STATUS_OK;
	if (code == ns_r_nxdomain)
		return diag_set(diag, STATUS_CONFIG,
		    "the domain %.100s does not exist; check the address, or "
		    "where it is known inside a company only, name the "
		    "provider with --provider",
		    domain);
	return diag_set(diag, STATUS_AGAIN,
	    "the name server has trouble with the domain %.100s (code %d)",
	    domain, code);
}

enum status
mx_read(const void *bytes, size_t length, enum mx_kind kind, const char *domain,
    struct mx_list *list, struct diag *diag)
{
	struct mx_list new = { .count = 0 };
	ns_msg message;
	ns_rr record;
	enum status r;
	int i;

	if (length > DNS_MAX_ANSWER ||
	    ns_initparse(bytes, (int)length, &message) != 0)
		return diag_set(diag, STATUS_AGAIN,
		    "the name server's answer about %.100s is malformed",
		    domain);
	if ((r = judge_code((int)ns_msg_getflag(message, ns_f_rcode), domain,
		 diag)) != STATUS_OK)
		return r;
	for (i = 0; i < ns_msg_count(message, ns_s_an); i++) {
		if (ns_parserr(&message, ns_s_an, i, &record) != 0)
			return diag_set(diag, STATUS_AGAIN,
			    "the name server's answer about %.100s is cut off",
			    domain);
		take_record(&message, &record, kind, &new);
	}
	if (new.count > 0)
		new.is_null = false;
	qsort(new.hosts, new.count, sizeof(new.hosts[0]), compare);
	*list = new;
	return STATUS_OK;
}

static enum status
find(const char *domain, int timeout_ms, enum mx_kind kind,
    struct mx_list *list, struct diag *diag)
{
	struct buf answer;
	enum status r;

	buf_init(&answer, DNS_MAX_ANSWER);
	r = dns_ask(domain, kinds[kind].type, timeout_ms, &answer, diag);
	if (r == STATUS_OK)
		r = mx_read(answer.data, answer.length, kind, domain, list,
		    diag);
	buf_clear(&answer);
	return r;
}

enum status
mx_find(const char *domain, int timeout_ms, struct mx_list *list,
    struct diag *diag)
{
	return find(domain, timeout_ms, MX_KIND_HOSTS, list, diag);
}

enum status
mx_find_alias(const char *name, int timeout_ms, struct mx_list *list,
    struct diag *diag)
{
	return find(name, timeout_ms, MX_KIND_ALIAS, list, diag);
}
