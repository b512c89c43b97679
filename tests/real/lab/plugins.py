# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""Plugins for libsasl2 that a test makes: rivals, and such as break."""

import os

from .process import run

_CLIENT = """\
#include <sasl/sasl.h>
#include <sasl/saslplug.h>

#include <stdlib.h>
#include <unistd.h>

static int
new(void *context, sasl_client_params_t *params, void **made)
{
	*made = &made;
	return SASL_OK;
}

static int
step(void *context, sasl_client_params_t *params, const char *in, unsigned len,
    sasl_interact_t **prompt, const char **out, unsigned *outlen,
    sasl_out_params_t *oparams)
{
	*out = "a password";
	*outlen = 10;
	return SASL_CONTINUE;
}

static void
dispose(void *context, const sasl_utils_t *utils)
{
}

static sasl_client_plug_t plug = {
	.mech_name = "%(mechanism)s",
	.security_flags = %(flags)s,
	.features = SASL_FEAT_WANT_CLIENT_FIRST,
	.mech_new = new,
	.mech_step = step,
	.mech_dispose = dispose,
};

int
sasl_client_plug_init(const sasl_utils_t *utils, int max, int *version,
    sasl_client_plug_t **list, int *count)
{
	%(init)s;
	*version = SASL_CLIENT_PLUG_VERSION;
	*list = &plug;
	*count = 1;
	return SASL_OK;
}
"""

STRONGER = "SASL_SEC_NOANONYMOUS | SASL_SEC_NOPLAINTEXT"
WEAKER = "SASL_SEC_PASS_CREDENTIALS"


def compile_object(path, text, *options):
    """A shared object of a C text."""
    source = path.with_suffix(".c")
    source.write_text(text, encoding="ascii")
    run([*os.environ.get("CC", "cc").split(), "-shared", "-fPIC", source,
         "-o", path, *options], check=True)
    source.unlink()
    return path


def plugin(path, mechanism="XOAUTH2", flags=STRONGER, init=""):
    """A plugin with one mechanism; init: C that runs when it is loaded."""
    return compile_object(path, _CLIENT % {
        "mechanism": mechanism, "flags": flags, "init": init})
