/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Versions as the libraries themselves tell them at run time.
 */

#include <confuse.h>
#include <json-c/json.h>
#include <openssl/crypto.h>
#include <stdio.h>

#include "http.h"
#include "libraries.h"

const char *
libraries_at(size_t index)
{
	static char json[32], confuse[64];

	switch (index) {
	case 0:
		return http_version();
	case 1:
		return OpenSSL_version(OPENSSL_VERSION);
	case 2:
		snprintf(json, sizeof(json), "json-c %s", json_c_version());
		return json;
	case 3:
		snprintf(confuse, sizeof(confuse), "libConfuse %s",
		    confuse_version);
		return confuse;
	default:
		return NULL;
	}
}
