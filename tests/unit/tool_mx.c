/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A name server's answer as bytes: which hosts take a domain's mail.
 */

#include "mx.h"
#include "unit.h"

#define DOMAIN "contoso.com"

/* Of the same form as MX: AFSDB. */
enum {
	TYPE_CNAME = 5,
	TYPE_MX = 15,
	TYPE_AFSDB = 18,
	CLASS_IN = 1,
};

/* An answer that grows. */
struct packet {
	unsigned char bytes[4096];
	size_t length;
};

static void
add_byte(struct packet *packet, unsigned value)
{
	assert_true(packet->length < sizeof(packet->bytes));
	packet->bytes[packet->length++] = (unsigned char)value;
}

static void
add_short(struct packet *packet, unsigned value)
{
	add_byte(packet, value >> 8);
	add_byte(packet, value & 0xff);
}

/* A name in labels; "~" at its end points to the question's name. */
static void
add_name(struct packet *packet, const char *name)
{
	size_t length, i;

	while (*name != '\0' && *name != '~') {
		length = strcspn(name, ".~");
		add_byte(packet, (unsigned)length);
		for (i = 0; i < length; i++)
			add_byte(packet, (unsigned char)name[i]);
		name += length + (name[length] == '.');
	}
	if (*name == '~')
		add_short(packet, 0xc00c);
	else
		add_byte(packet, 0);
}

static struct packet
begin(unsigned code, unsigned type)
{
	struct packet packet = { .length = 0 };

	add_short(&packet, 0x1234);
	add_short(&packet, 0x8180 | code);
	add_short(&packet, 1);
	add_short(&packet, 0);
	add_short(&packet, 0);
	add_short(&packet, 0);
	add_name(&packet, DOMAIN);
	add_short(&packet, type);
	add_short(&packet, CLASS_IN);
	return packet;
}

/* One record of the answer; preference less than 0: none. */
static void
add_record(struct packet *packet, unsigned type, int preference,
    const char *name)
{
	size_t size_at, size;

	add_short(packet, 0xc00c);
	add_short(packet, type);
	add_short(packet, CLASS_IN);
	add_short(packet, 0);
	add_short(packet, 300);
	size_at = packet->length;
	add_short(packet, 0);
	if (preference >= 0)
		add_short(packet, (unsigned)preference);
	add_name(packet, name);
	size = packet->length - size_at - 2;
	packet->bytes[size_at] = (unsigned char)(size >> 8);
	packet->bytes[size_at + 1] = (unsigned char)(size & 0xff);
	packet->bytes[7]++; /* the answers */
}

static void
read_hosts(const struct packet *packet, struct mx_list *list)
{
	struct diag diag;

	assert_status(mx_read(packet->bytes, packet->length, MX_KIND_HOSTS,
			  DOMAIN, list, &diag),
	    STATUS_OK, &diag);
}

static void
hosts_come_in_the_order_of_their_preference(void **state)
{
	struct packet packet = begin(0, TYPE_MX);
	struct mx_list list;

	(void)state;
	add_record(&packet, TYPE_MX, 300, "Backup.EXAMPLE.net");
	add_record(&packet, TYPE_MX, 10, "b.~");
	add_record(&packet, TYPE_MX, 10, "a.~");
	read_hosts(&packet, &list);
	assert_int_equal(list.count, 3);
	assert_string_equal(list.hosts[0].name, "a." DOMAIN);
	assert_string_equal(list.hosts[1].name, "b." DOMAIN);
	assert_string_equal(list.hosts[2].name, "backup.example.net");
	assert_int_equal(list.hosts[0].preference, 10);
	assert_int_equal(list.hosts[2].preference, 300);
	assert_false(list.is_null);
}

static void
records_of_other_types_do_not_count(void **state)
{
	struct packet packet = begin(0, TYPE_MX);
	struct mx_list list;

	(void)state;
	add_record(&packet, TYPE_CNAME, -1, "alias.example.net");
	add_record(&packet, TYPE_AFSDB, 1, "afs.example.net");
	read_hosts(&packet, &list);
	assert_int_equal(list.count, 0);
	assert_false(list.is_null);
	add_record(&packet, TYPE_MX, 5, "mail.example.net");
	read_hosts(&packet, &list);
	assert_int_equal(list.count, 1);
	assert_string_equal(list.hosts[0].name, "mail.example.net");
}

static void
a_domain_can_say_that_it_takes_no_mail(void **state)
{
	struct packet packet = begin(0, TYPE_MX);
	struct mx_list list;

	(void)state;
	add_record(&packet, TYPE_MX, 0, "");
	read_hosts(&packet, &list);
	assert_int_equal(list.count, 0);
	assert_true(list.is_null);
	/* beside another record it says nothing */
	add_record(&packet, TYPE_MX, 10, "mail.example.net");
	read_hosts(&packet, &list);
	assert_int_equal(list.count, 1);
	assert_false(list.is_null);
}

static void
an_alias_has_one_name(void **state)
{
	struct packet packet = begin(0, TYPE_CNAME);
	struct mx_list list;
	struct diag diag;

	(void)state;
	add_record(&packet, TYPE_CNAME, -1, "AutoDiscover.outlook.com");
	assert_status(mx_read(packet.bytes, packet.length, MX_KIND_ALIAS,
			  DOMAIN, &list, &diag),
	    STATUS_OK, &diag);
	assert_int_equal(list.count, 1);
	assert_string_equal(list.hosts[0].name, "autodiscover.outlook.com");
}

/* What no host is called. It could reach a terminal. */
static const char *const odd_names[] = {
	"a b.example.com",
	"a\x1b[31m.example.com",
	"a\"b.example.com",
	"(a).example.com",
	"a\\b.example.com",
	"\xc3\xa4.example.com",
};

static void
a_name_that_no_host_has_is_left_out(void **state)
{
	struct packet packet = begin(0, TYPE_MX);
	struct mx_list list;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(odd_names); i++)
		add_record(&packet, TYPE_MX, 1, odd_names[i]);
	add_record(&packet, TYPE_MX, 2, "good_host-1.example.com");
	read_hosts(&packet, &list);
	assert_int_equal(list.count, 1);
	assert_string_equal(list.hosts[0].name, "good_host-1.example.com");
}

static void
no_more_hosts_are_taken_than_there_is_room(void **state)
{
	struct packet packet = begin(0, TYPE_MX);
	struct mx_list list;
	unsigned i;

	(void)state;
	for (i = 0; i < MX_MAX_HOSTS + 10; i++)
		add_record(&packet, TYPE_MX, (int)i, "mail.example.net");
	read_hosts(&packet, &list);
	assert_int_equal(list.count, MX_MAX_HOSTS);
}

static const struct verdict {
	unsigned code;
	enum status status;
	const char *says;
} verdicts[] = {
	{ 3, STATUS_CONFIG,
	    "the domain " DOMAIN " does not exist; check the address, or where "
	    "it is known inside a company only, name the provider with "
	    "--provider" },
	{ 2, STATUS_AGAIN, "trouble with the domain " DOMAIN " (code 2)" },
	{ 5, STATUS_AGAIN, "(code 5)" },
};

static void
a_server_that_gives_no_records_says_why(void **state)
{
	struct mx_list list = { .count = 7 };
	struct packet packet;
	struct diag diag;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(verdicts); i++) {
		unit_row("code %u", verdicts[i].code);
		packet = begin(verdicts[i].code, TYPE_MX);
		assert_status(mx_read(packet.bytes, packet.length,
				  MX_KIND_HOSTS, DOMAIN, &list, &diag),
		    verdicts[i].status, &diag);
		assert_contains(diag.text, verdicts[i].says);
		assert_row_int(list.count, 7);
	}
}

static void
an_answer_that_is_cut_off_is_none(void **state)
{
	struct packet packet = begin(0, TYPE_MX);
	struct mx_list list;
	struct diag diag;
	size_t length;

	(void)state;
	add_record(&packet, TYPE_MX, 10, "mail.example.net");
	for (length = 0; length < packet.length; length++) {
		unit_row("%zu bytes", length);
		assert_status(mx_read(packet.bytes, length, MX_KIND_HOSTS,
				  DOMAIN, &list, &diag),
		    STATUS_AGAIN, &diag);
		assert_contains(diag.text, DOMAIN);
	}
	read_hosts(&packet, &list);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hosts_come_in_the_order_of_their_preference),
		cmocka_unit_test(records_of_other_types_do_not_count),
		cmocka_unit_test(a_domain_can_say_that_it_takes_no_mail),
		cmocka_unit_test(an_alias_has_one_name),
		cmocka_unit_test(a_name_that_no_host_has_is_left_out),
		cmocka_unit_test(no_more_hosts_are_taken_than_there_is_room),
		cmocka_unit_test(a_server_that_gives_no_records_says_why),
		cmocka_unit_test(an_answer_that_is_cut_off_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
