/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * From an address to its provider. See whose.h.
 *
 * BUGS: A domain whose mail goes to a host of its own, or through a filter,
 * and whose autodiscover is of no help, is not told; nor is a domain's name in
 * anything but ASCII.
 */

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "whose.h"
#include "words.h"

/* The most that the hint may cost beside the answer. */
#define ALIAS_TIMEOUT_MS 3000

/* All presets by name, for a sentence. */
#define MAX_PRESETS 200

/* A search under way. */
struct search {
	const struct whose_lookups *lookups;
	char domain[MX_MAX_NAME]; /* lower case */
	int64_t deadline_ms;
	struct mx_list hosts;
};

/*
 * Mail filters: they take the mail of domains and hand it on, so they do not
 * tell where the mailboxes are. Ends of their hosts' names: Proofpoint,
 * Mimecast, Barracuda, Symantec, Cisco, Trend Micro, Sophos, Hornetsecurity,
 * Forcepoint, Trellix, SpamExperts.
 */
static const char filters[] =
    "pphosted.com ppe-hosted.com mimecast.com mimecast.co.za "
    "mimecast-offshore.com barracudanetworks.com messagelabs.com iphmx.com "
    "trendmicro.com trendmicro.eu sophos.com hornetsecurity.com "
    "antispameurope.com mailcontrol.com fireeyecloud.com spamexperts.com "
    "antispamcloud.com";

/* Where autodiscover leads to, and the preset that this tells. */
static const struct {
	const char *end, *preset;
} autodiscovers[] = {
	{ "autodiscover.outlook.com", "office365" },
	{ "autodiscover.partner.outlook.cn", "office365-china" },
};

const struct whose_lookups whose_dns = { mx_find, mx_find_alias };

/* Is the name this one, or one below it? */
static bool
is_below(const char *name, const struct word *end)
{
	size_t length = strlen(name);

	if (length < end->length ||
	    strncmp(name + length - end->length, end->text, end->length) != 0)
		return false;
	return length == end->length || name[length - end->length - 1] == '.';
}

/* The length of the longest name in a list that a name is below; or 0. */
static size_t
longest_end(const char *list, const char *name)
{
	struct word end;
	size_t longest = 0;

	while (words_next(&list, &end))
		if (end.length > longest && is_below(name, &end))
			longest = end.length;
	return longest;
}

static void
list_presets(char *text, size_t space)
{
	const struct provider *provider;
	size_t i, used = 0;

	text[0] = '\0';
	for (i = 0; (provider = provider_at(i)) != NULL && used < space; i++)
		used += (size_t)snprintf(text + used, space - used, "%s%s",
		    i > 0 ? ", " : "", provider->name);
}

/* A domain that name servers may be asked about, into domain[]. */
static enum status
read_domain(const char *address, char *domain, struct diag *diag)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-.";
	const char *text = strrchr(address, '@');
	size_t i;

	if (text == NULL || text == address || strchr(text, '.') == NULL)
		return diag_set(diag, STATUS_CONFIG,
		    "\"%.100s\" is no mail address by which its provider can "
		    "be found; name the provider with --provider",
		    address);
	text++;
	for (i = 0; i < MX_MAX_NAME - 1 && text[i] != '\0'; i++) {
		domain[i] = text[i] >= 'A' && text[i] <= 'Z' ?
		    (char)(text[i] - 'A' + 'a') :
		    text[i];
		if (strchr(letters, domain[i]) == NULL)
			break;
	}
	domain[i] = '\0';
	if (text[i] == '\0' && domain[0] != '.' && domain[i - 1] != '.' &&
	    strstr(domain, "..") == NULL)
		return STATUS_OK;
	return diag_set(diag, STATUS_CONFIG,
	    "the domain of \"%.100s\" cannot be looked up%s; name the provider "
	    "with --provider",
	    address,
	    (unsigned char)text[i] > 0x7f ?
		": it must be in its ASCII form (xn--...)" :
		"");
}

/* By the domains that presets name. */
static bool
find_by_domain(const struct search *search, struct whose *whose)
{
	const struct provider *provider;
	size_t i;

	for (i = 0; (provider = provider_at(i)) != NULL; i++) {
		if (!words_have(provider->domains, search->domain))
			continue;
		whose->provider = provider;
		snprintf(whose->how, sizeof(whose->how),
		    "%.100s is a domain of %s", search->domain,
		    provider->title);
		return true;
	}
	return false;
}

/* The preset whose MX end is the longest; first: the first of several. */
static const struct provider *
find_by_host(const char *host, const struct provider **second)
{
	const struct provider *provider, *best = NULL;
	size_t i, length, longest = 0;

	*second = NULL;
	for (i = 0; (provider = provider_at(i)) != NULL; i++) {
		length = longest_end(provider->mx, host);
		if (length > longest) {
			longest = length;
			best = provider;
			*second = NULL;
		} else if (length == longest && length > 0) {
			*second = provider;
		}
	}
	return best;
}

/* By the hosts that are tried first; those behind them may only queue. */
static bool
find_by_mx(const struct search *search, struct whose *whose)
{
	const struct mx_list *list = &search->hosts;
	const struct provider *second;
	char also[100] = "";
	size_t i;

	for (i = 0; i < list->count; i++) {
		if (list->hosts[i].preference != list->hosts[0].preference)
			break;
		whose->provider = find_by_host(list->hosts[i].name, &second);
		if (whose->provider == NULL)
			continue;
		if (second != NULL)
			snprintf(also, sizeof(also),
			    ", as that of %s does (--provider %s)",
			    second->title, second->name);
		snprintf(whose->how, sizeof(whose->how),
		    "the mail of %.100s goes to %.100s (MX)%s", search->domain,
		    list->hosts[i].name, also);
		return true;
	}
	return false;
}

/*
 * By the alias of autodiscover.DOMAIN, which Exchange Online wants. A hint:
 * that there is none, or no answer, is no matter.
 */
static enum status
find_by_autodiscover(const struct search *search, struct whose *whose,
    struct diag *diag)
{
	int64_t left_ms = search->deadline_ms - clock_elapsed_ms();
	char name[MX_MAX_NAME + 16];
	struct mx_list list;
	struct word end;
	enum status r;
	size_t i;

	if (left_ms <= 0)
		return STATUS_OK;
	if (left_ms > ALIAS_TIMEOUT_MS)
		left_ms = ALIAS_TIMEOUT_MS;
	snprintf(name, sizeof(name), "autodiscover.%s", search->domain);
	r = search->lookups->alias(name, (int)left_ms, &list, diag);
	if (r != STATUS_OK || list.count == 0)
		return r == STATUS_CANCELLED ? r : STATUS_OK;
	for (i = 0; i < sizeof(autodiscovers) / sizeof(autodiscovers[0]); i++) {
		end.text = autodiscovers[i].end;
		end.length = strlen(end.text);
		if (!is_below(list.hosts[0].name, &end))
			continue;
		whose->provider = provider_find(autodiscovers[i].preset);
		snprintf(whose->how, sizeof(whose->how),
		    "%.120s is an alias of %s", name, end.text);
	}
	return STATUS_OK;
}

/* What was seen, and what to do. */
static enum status
explain(const struct search *search, struct diag *diag)
{
	const struct mx_host *host = &search->hosts.hosts[0];
	char presets[MAX_PRESETS];

	list_presets(presets, sizeof(presets));
	if (search->hosts.is_null)
		return diag_set(diag, STATUS_CONFIG,
		    "the domain %.100s takes no mail (RFC 7505); check the "
		    "address, or name the provider with --provider",
		    search->domain);
	if (search->hosts.count == 0)
		return diag_set(diag, STATUS_CONFIG,
		    "the domain %.60s has no MX records, so its provider is "
		    "not known; name it with --provider: %s; or set issuer",
		    search->domain, presets);
	if (longest_end(filters, host->name) > 0)
		return diag_set(diag, STATUS_CONFIG,
		    "the mail of %.60s goes through a filter, %.60s (MX), "
		    "which hides the provider; name it with --provider: %s",
		    search->domain, host->name, presets);
	return diag_set(diag, STATUS_CONFIG,
	    "the mail of %.60s goes to %.60s (MX), which is no provider known "
	    "here; name it with --provider: %s; or set issuer",
	    search->domain, host->name, presets);
}

static enum status
look_up(struct search *search, struct whose *whose, struct diag *diag)
{
	struct diag why;
	enum status r;

	r = search->lookups->hosts(search->domain, WHOSE_TIMEOUT_MS,
	    &search->hosts, &why);
	if (r == STATUS_AGAIN)
		return diag_set(diag, r,
		    "%s; try again, or name the provider with --provider",
		    why.text);
	if (r != STATUS_OK) {
		if (diag != NULL)
			*diag = why;
		return r;
	}
	if (find_by_mx(search, whose))
		return STATUS_OK;
	if (!search->hosts.is_null &&
	    (r = find_by_autodiscover(search, whose, diag)) != STATUS_OK)
		return r;
	return whose->provider != NULL ? STATUS_OK : explain(search, diag);
}

enum status
whose_find(const char *address, const struct whose_lookups *lookups,
    struct whose *whose, struct diag *diag)
{
	struct search search = {
		.lookups = lookups,
		.deadline_ms = clock_elapsed_ms() + WHOSE_TIMEOUT_MS,
	};
	struct whose found = { .provider = NULL };
	enum status r;

	if ((r = read_domain(address, search.domain, diag)) != STATUS_OK)
		return r;
	if (!find_by_domain(&search, &found) &&
	    (r = look_up(&search, &found, diag)) != STATUS_OK)
		return r;
	*whose = found;
	return STATUS_OK;
}
