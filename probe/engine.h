/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Can the engine object be loaded, and is it of this version?
 */

#ifndef PROBE_ENGINE_H
#define PROBE_ENGINE_H

/*
 * Reports that. It is tried in a process of its own, so that it is not loaded
 * in this one: what loads it when the module wants it is to be found out.
 */
void engine_report(void);

#endif
