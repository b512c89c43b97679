/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The presets. See provider.h.
 *
 * Microsoft: endpoints of the identity platform 2.0; mail scopes belong to the
 * resource outlook.office.com, never to Graph, and offline_access asks for the
 * refresh token. Google: its OAuth 2.0 endpoints and the one scope that its
 * mail servers take.
 */

#include <string.h>

#include "provider.h"

#define MICROSOFT_LOGIN \
	"https://login.microsoftonline.com/{tenant}/oauth2/v2.0/"
#define MICROSOFT_MAIL "https://outlook.office.com/"

static const struct provider providers[] = {
	{
	    .name = "office365",
	    .values = {
		[OPTION_TENANT] = "organizations",
		[OPTION_TOKEN_ENDPOINT] = MICROSOFT_LOGIN "token",
		[OPTION_DEVICE_ENDPOINT] = MICROSOFT_LOGIN "devicecode",
		[OPTION_SCOPE] = MICROSOFT_MAIL "SMTP.Send "
		    MICROSOFT_MAIL "IMAP.AccessAsUser.All "
		    MICROSOFT_MAIL "POP.AccessAsUser.All offline_access",
	    },
	},
	{
	    .name = "google",
	    .values = {
		[OPTION_TOKEN_ENDPOINT] = "https://oauth2.googleapis.com/token",
		[OPTION_DEVICE_ENDPOINT] =
		    "https://oauth2.googleapis.com/device/code",
		[OPTION_SCOPE] = "https://mail.google.com/",
	    },
	    .no_device_code = "Google gives no access to mail by device code",
	},
};

const struct provider *
provider_at(size_t index)
{
	if (index >= sizeof(providers) / sizeof(providers[0]))
		return NULL;
	return &providers[index];
}

const struct provider *
provider_find(const char *name)
{
	const struct provider *provider;
	size_t i;

	for (i = 0; (provider = provider_at(i)) != NULL; i++)
		if (strcmp(provider->name, name) == 0)
			return provider;
	return NULL;
}
