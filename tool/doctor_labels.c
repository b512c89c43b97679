/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What SELinux and AppArmor would deny, with the lines that allow it. See
 * doctor_labels.h.
 *
 * A mail program of a person is not confined by the policies of the known
 * distributions; Postfix's smtp(8) is, by SELinux's.
 */

#include <stdio.h>
#include <string.h>

#include "account.h"
#include "doctor_label.h"
#include "doctor_labels.h"
#include "doctor_who.h"
#include "shellquote.h"

#define SMTP_DOMAIN "postfix_smtp_t"
#define SMTP_LABEL "system_u:system_r:" SMTP_DOMAIN ":s0"
#define SMTP_PROGRAMS \
	"/usr/lib/postfix/sbin/smtp /usr/libexec/postfix/smtp " \
	"/usr/lib/postfix/smtp postfix-smtp"

/* A type of our own, so that nothing else is opened to smtp(8) with it. */
#define OWN_TYPE "sasl_bearer_var_lib_t"
#define MODULE "sasl-bearer"

/* What a module does there that reads, locks and replaces files. */
#define DIRECTORY_WANTS "getattr search open read write add_name remove_name"
#define FILE_WANTS \
	"getattr open read write create rename unlink lock setattr append"

/* A policy that allows it, and the commands that put it into force. */
static void
print_policy(struct doctor *doctor)
{
	const char *state = doctor->session.place.state;

	doctor_line(doctor, "cat > " MODULE ".cil <<'END'");
	doctor_line(doctor, "(type " OWN_TYPE ")");
	doctor_line(doctor, "(roletype object_r " OWN_TYPE ")");
	doctor_line(doctor, "(typeattributeset file_type (" OWN_TYPE "))");
	doctor_line(doctor,
	    "(allow " SMTP_DOMAIN " " OWN_TYPE " (dir (" DIRECTORY_WANTS ")))");
	doctor_line(doctor,
	    "(allow " SMTP_DOMAIN " " OWN_TYPE " (file (" FILE_WANTS ")))");
	doctor_line(doctor,
	    "(allow " SMTP_DOMAIN " http_port_t (tcp_socket (name_connect)))");
	doctor_line(doctor, "END");
	doctor_line(doctor, "semodule -i " MODULE ".cil");
	doctor_line(doctor, "semanage fcontext -a -t " OWN_TYPE " '%s(/.*)?'",
	    state);
	doctor_line(doctor, "restorecon -R -v %s", shell_operand(state).text);
}

/* One directory of the state, and files in it. */
static enum label_answer
ask(const char *root, const char *path, char label[LABEL_MAX_TEXT],
    const char **class, char denied[LABEL_MAX_TEXT])
{
	enum label_answer answer;

	if (!label_of_file(path, label)) {
		snprintf(label, LABEL_MAX_TEXT, "no label");
		return LABEL_UNKNOWN;
	}
	*class = "dir";
	answer =
	    label_ask(root, SMTP_LABEL, label, *class, DIRECTORY_WANTS, denied);
	if (answer != LABEL_ALLOWED)
		return answer;
	*class = "file";
	return label_ask(root, SMTP_LABEL, label, *class, FILE_WANTS, denied);
}

static void
tell_denied(struct doctor *doctor, enum label_mode mode, const char *path,
    const char *label, const char *class, const char *denied)
{
	char type[LABEL_MAX_TEXT];

	if (!label_type(label, type))
		snprintf(type, sizeof(type), "%s", label);
	if (mode == LABEL_ENFORCING)
		doctor_wrong(doctor, STATUS_ACCESS,
		    "SELinux: %s is labelled %s, where smtp(8), which runs as " SMTP_DOMAIN
		    ", may not %s (%s)",
		    path, type, denied, class);
	else
		doctor_warn(doctor,
		    "SELinux is permissive; enforcing, it would not let "
		    "smtp(8), which runs as " SMTP_DOMAIN
		    ", %s (%s) at %s, labelled %s",
		    denied, class, path, type);
	doctor_next(doctor,
	    "run the commands above, as root: they label %s and let "
	    "smtp(8) use it",
	    doctor->session.place.state);
	print_policy(doctor);
}

/* Nothing is claimed where the policy was not asked. */
static void
tell_unknown(struct doctor *doctor, enum label_mode mode, const char *path,
    const char *label)
{
	char type[LABEL_MAX_TEXT];

	if (label_type(label, type) && strcmp(type, OWN_TYPE) == 0) {
		doctor_ok(doctor, "SELinux: %s is labelled %s", path, type);
		return;
	}
	doctor_warn(doctor,
	    "SELinux is %s, and its policy could not be asked: smtp(8) runs as " SMTP_DOMAIN
	    ", and %s has %s%s; if mail waits, look for: ausearch "
	    "-m avc -c smtp",
	    mode == LABEL_ENFORCING ? "enforcing" : "permissive", path,
	    label_type(label, type) ? "the label " : "", label);
	doctor_next(doctor,
	    "if ausearch -m avc -c smtp shows denials, run the commands "
	    "above, as root");
	print_policy(doctor);
}

static void
examine_selinux(struct doctor *doctor, const char *root)
{
	static const char *const names[] = { "", "/" ACCOUNT_TOKENS_DIR,
		"/" ACCOUNT_GRANTS_DIR };
	char path[PLACE_MAX_PATH + 16], label[LABEL_MAX_TEXT];
	char denied[LABEL_MAX_TEXT];
	enum label_mode mode = label_selinux(root);
	enum label_answer answer = LABEL_ALLOWED;
	const char *class = "";
	size_t i;

	if (mode == LABEL_OFF)
		return;
	if (!doctor_is_postfix(doctor)) {
		doctor_ok(doctor,
		    "SELinux is on; programs that people start are not "
		    "confined by the usual policies");
		return;
	}
	for (i = 0; answer == LABEL_ALLOWED && i < 3; i++) {
		snprintf(path, sizeof(path), "%s%s",
		    doctor->session.place.state, names[i]);
		answer = ask(root, path, label, &class, denied);
	}
	if (answer == LABEL_DENIED)
		tell_denied(doctor, mode, path, label, class, denied);
	else if (answer == LABEL_UNKNOWN)
		tell_unknown(doctor, mode, path, label);
	else
		doctor_ok(doctor,
		    "SELinux lets smtp(8), " SMTP_DOMAIN ", use %s",
		    doctor->session.place.state);
}

static void
print_rules(struct doctor *doctor, const struct label_profile *profile)
{
	const struct place *place = &doctor->session.place;

	doctor_line(doctor, "cat >> /etc/apparmor.d/local/%s <<'END'",
	    profile->file);
	doctor_line(doctor, "%s r,", place->conf);
	doctor_line(doctor, "%s/ r,", place->state);
	doctor_line(doctor, "%s/{tokens,grants}/ r,", place->state);
	doctor_line(doctor, "%s/{tokens,grants}/** rwk,", place->state);
	doctor_line(doctor, PKGLIBDIR "/*.so mr,");
	doctor_line(doctor, "/etc/ssl/certs/** r,");
	doctor_line(doctor, "network inet stream,");
	doctor_line(doctor, "network inet6 stream,");
	doctor_line(doctor, "END");
	doctor_line(doctor, "apparmor_parser -r /etc/apparmor.d/%s",
	    profile->file);
}

static void
examine_apparmor(struct doctor *doctor, const char *root)
{
	const char *programs = doctor->client.name;
	struct label_profile profile;
	bool is_unsure;

	if (doctor_is_postfix(doctor))
		programs = SMTP_PROGRAMS;
	if (programs == NULL)
		return;
	if (!label_find_profile(root, programs, doctor->session.place.state,
		&profile, &is_unsure)) {
		if (is_unsure)
			doctor_unsure(doctor,
			    "AppArmor is on, and its profiles cannot be read "
			    "by this user");
		return;
	}
	if (profile.mode != LABEL_ENFORCING || profile.has_rule) {
		doctor_ok(doctor, "AppArmor's profile %s %s", profile.name,
		    profile.has_rule ? "names the state directory" :
				       "denies nothing, it only notes");
		return;
	}
	doctor_warn(doctor,
	    "AppArmor confines the mail program by the profile %s, and nothing "
	    "in /etc/apparmor.d/%s or its local part names %s",
	    profile.name, profile.file, doctor->session.place.state);
	doctor_next(doctor,
	    "run the commands above, as root, unless a pattern in the profile "
	    "allows it; denials are in the kernel's log: journalctl -k -g "
	    "apparmor=.DENIED");
	print_rules(doctor, &profile);
}

void
doctor_examine_labels(struct doctor *doctor, const char *root)
{
	examine_selinux(doctor, root);
	examine_apparmor(doctor, root);
}
