/* test_http_client_mail.c - mail to a real SMTP server, where there is one.
 *
 * aiosmtpd for /usr/bin/python3 (Debian: python3-aiosmtpd) in a process of its
 * own; without it only the scripted server is asked, and a line says so.
 *
 * SPDX-License-Identifier: MIT */
#include "lib/http_peer.h"

#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static const char mail_server[] =
    "import asyncio, ssl, sys\n"
    "from aiosmtpd.smtp import SMTP, AuthResult\n"
    "class Handler:\n"
    "    async def handle_RCPT(self, server, session, envelope, address, o):\n"
    "        if address.startswith('never'): return '550 5.1.1 no such user'\n"
    "        if address.startswith('later'): return '451 4.3.0 try later'\n"
    "        envelope.rcpt_tos.append(address)\n"
    "        return '250 OK'\n"
    "    async def handle_DATA(self, server, session, envelope):\n"
    "        print(session.peer[1], envelope.mail_from, envelope.rcpt_tos,\n"
    "              repr(envelope.original_content), flush=True)\n"
    "        if b'poison' in envelope.content: return '554 5.6.0 not that'\n"
    "        return '250 2.0.0 accepted'\n"
    "def check(server, session, envelope, mechanism, data):\n"
    "    good = getattr(data, 'password', b'') == b'right'\n"
    "    return AuthResult(success=good, handled=good)\n"
    "async def main():\n"
    "    tls = None\n"
    "    if len(sys.argv) > 1:\n"
    "        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)\n"
    "        tls.load_cert_chain(sys.argv[1], sys.argv[2])\n"
    "    make = lambda: SMTP(Handler(), hostname='sink', tls_context=tls,\n"
    "        authenticator=check, auth_require_tls=False)\n"
    "    loop = asyncio.get_running_loop()\n"
    "    server = await loop.create_server(make, '127.0.0.1', 0)\n"
    "    print(server.sockets[0].getsockname()[1], flush=True)\n"
    "    await server.serve_forever()\n"
    "asyncio.run(main())\n";

struct sink {
	pid_t pid;
	FILE *lines;
	int port;
	char url[100];
};

static bool run_tool(const char *const argv[])
{
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int status = 1;
	bool ok;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	ok = posix_spawnp(&pid, argv[0], &actions, NULL, (char *const *)argv,
		 environ) == 0;
	posix_spawn_file_actions_destroy(&actions);
	return ok && waitpid(pid, &status, 0) == pid && status == 0;
}

static bool has_mail_server(void)
{
	const char *argv[] = { "/usr/bin/python3", "-c", "import aiosmtpd",
		NULL };

	if (run_tool(argv))
		return true;
	printf(
	    "test_http_client_mail: no aiosmtpd for /usr/bin/python3, mail is "
	    "not tested\n");
	return false;
}

static void sink_start(struct sink *s, const char *cert, const char *key)
{
	const char *argv[] = { "/usr/bin/python3", "-c", mail_server, cert, key,
		NULL };
	posix_spawn_file_actions_t actions;
	char line[100];
	int ends[2];

	ck_assert_int_eq(pipe(ends), 0);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
	posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addclose(&actions, ends[0]);
	posix_spawn_file_actions_addclose(&actions, ends[1]);
	ck_assert_int_eq(posix_spawn(&s->pid, argv[0], &actions, NULL,
			     (char *const *)argv, environ),
	    0);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	s->lines = fdopen(ends[0], "r");
	ck_assert_ptr_nonnull(fgets(line, sizeof line, s->lines));
	s->port = atoi(line);
	snprintf(s->url, sizeof s->url, "smtp://127.0.0.1:%d", s->port);
}

static void sink_stop(struct sink *s)
{
	kill(s->pid, SIGKILL);
	waitpid(s->pid, NULL, 0);
	fclose(s->lines);
}

static struct http_send mail(
    const struct sink *s, const char *to, const char *text)
{
	return (struct http_send){ .url = s->url,
		.mail_from = "sla@example.com",
		.mail_to = to,
		.body = text,
		.len = strlen(text),
		.wrote = on_wrote };
}

static void expect_mail(
    const struct http_send *what, int status, const char *reply)
{
	struct outcome o = send_one(what);

	ck_assert_msg(o.answered, "%s", o.failure);
	ck_assert_int_eq(o.status, status);
	ck_assert_msg(strstr(o.body.data, reply) != NULL, "%s", o.body.data);
	ck_assert_int_eq((int)o.retry_after_ms, -1);
	textbuf_fini(&o.body);
}

static void expect_failure(const struct http_send *what, const char *words)
{
	struct outcome o = send_one(what);

	ck_assert(!o.answered);
	ck_assert_str_eq(o.failure, words);
	textbuf_fini(&o.body);
}

START_TEST(sends_mail)
{
	static const char text[] = "Subject: x\r\n\r\n.a dot\r\n..two\r\n.\r\n"
				   "end\r\n";
	struct http_send what;
	struct sink s;
	char line[500];

	if (!has_mail_server())
		return;
	sink_start(&s, NULL, NULL);
	what = mail(&s, "dana@example.com", text);
	expect_mail(&what, 250, "250 2.0.0 accepted");
	ck_assert_ptr_nonnull(fgets(line, sizeof line, s.lines));
	ck_assert_ptr_nonnull(strstr(line,
	    "sla@example.com ['dana@example.com'] b'Subject: x\\r\\n\\r\\n"
	    ".a dot\\r\\n..two\\r\\n.\\r\\nend\\r\\n'"));
	what = mail(&s, "never@example.com", text);
	expect_mail(&what, 550, "550 5.1.1 no such user");
	what = mail(&s, "later@example.com", text);
	expect_mail(&what, 451, "451 4.3.0 try later");
	what = mail(&s, "dana@example.com", "Subject: x\r\n\r\npoison\r\n");
	expect_mail(&what, 554, "554 5.6.0 not that");
	what = mail(&s, "dana@example.com", text);
	what.starttls = true;
	expect_failure(&what, "server offers no TLS");
	what.starttls = false;
	what.user = "sla";
	what.password = "wrong";
	expect_mail(&what, 535, "535");
	what.password = "right";
	expect_mail(&what, 250, "accepted");
	sink_stop(&s);
	what.url = "smtp://127.0.0.1:1";
	expect_failure(&what, "connection refused");
}
END_TEST

/* In a world that goes on; as to time, see send_one(). */
static struct outcome send_in(struct world *w, const struct http_send *what)
{
	for (int i = 0;; i++) {
		struct outcome o = { 0 };

		world_send(w, what, &o);
		while (o.calls == 0)
			uv_run(loop_uv(w->loop), UV_RUN_ONCE);
		if (strcmp(o.failure, "timed out") != 0 || i == 5)
			return o;
		textbuf_fini(&o.body);
	}
}

/* A line of the sink begins with the port the client came from. */
START_TEST(mails_over_one_connection)
{
	struct world w = { .want = SIZE_MAX }; /* it must live on */
	struct http_send what;
	struct sink s;
	char line[500];
	int ports[2];
	int64_t start;

	if (!has_mail_server())
		return;
	sink_start(&s, NULL, NULL);
	what = mail(&s, "dana@example.com", "Subject: x\r\n\r\nhi\r\n");
	world_open(&w);
	for (int i = 0; i < 2; i++) {
		struct outcome o = send_in(&w, &what);

		ck_assert_msg(o.status == 250, "%s", o.failure);
		textbuf_fini(&o.body);
		ck_assert_ptr_nonnull(fgets(line, sizeof line, s.lines));
		ports[i] = atoi(line);
	}
	ck_assert_int_eq(ports[0], ports[1]);
	/* The server hangs, and is not waited for when the client closes:
	 * curl would wait for two minutes. */
	ck_assert_int_eq(kill(s.pid, SIGSTOP), 0);
	start = now_ms();
	world_end(&w);
	world_run(&w);
	ck_assert_int_lt((int)(now_ms() - start), MINUTE_MS);
	sink_stop(&s);
}
END_TEST

START_TEST(does_not_wait_for_the_end_of_a_refusal)
{
	struct peer p = { .is_smtp_refuser = true };
	struct sink s;
	struct http_send what;
	struct outcome o;

	peer_start(&p);
	snprintf(s.url, sizeof s.url, "smtp://127.0.0.1:%d", p.port);
	what = mail(&s, "dana@example.com", "Subject: x\r\n\r\nhi\r\n");
	/* It would wait for that long: coming back is the proof. */
	what.timeout_ms = DAY_MS;
	o = send_one(&what);
	ck_assert(o.answered);
	ck_assert_int_eq(o.status, 550);
	ck_assert_str_eq(o.body.data, "550 5.1.1 user");
	peer_join(&p);
	ck_assert_ptr_nonnull(strstr(p.heard.data, "RCPT TO:<dana@"));
	textbuf_fini(&o.body);
	textbuf_fini(&p.heard);
}
END_TEST

/* A folder with a self-signed certificate for 127.0.0.1. */
struct trust {
	char folder[200];
	char cert[256];
	char key[256];
};

static void trust_remove(struct trust *t)
{
	unlink(t->cert);
	unlink(t->key);
	ck_assert_int_eq(rmdir(t->folder), 0);
}

/* False: what it takes is not here, and a line says so. */
static bool trust_make(struct trust *t)
{
	const char *base = getenv("TMPDIR");
	const char *make[] = { "openssl", "req", "-x509", "-newkey", "ec",
		"-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
		"-subj", "/CN=localhost", "-addext",
		"subjectAltName=IP:127.0.0.1", "-keyout", t->key, "-out",
		t->cert, NULL };

	if (!has_mail_server())
		return false;
	snprintf(t->folder, sizeof t->folder, "%s/slawatch-XXXXXX",
	    base == NULL ? "." : base);
	ck_assert_ptr_nonnull(mkdtemp(t->folder));
	snprintf(t->cert, sizeof t->cert, "%s/cert.pem", t->folder);
	snprintf(t->key, sizeof t->key, "%s/key.pem", t->folder);
	if (run_tool(make))
		return true;
	printf("test_http_client_mail: no openssl command, mail under TLS is "
	       "not tested\n");
	trust_remove(t);
	return false;
}

static struct http_send secure_mail(const struct sink *s, const struct trust *t)
{
	struct http_send what =
	    mail(s, "dana@example.com", "Subject: x\r\n\r\nhi\r\n");

	what.starttls = true;
	what.ca_file = t->cert;
	what.user = "sla";
	what.password = "right";
	return what;
}

START_TEST(sends_mail_under_tls)
{
	struct http_send what;
	struct trust t;
	struct sink s;

	if (!trust_make(&t))
		return;
	sink_start(&s, t.cert, t.key);
	what = secure_mail(&s, &t);
	expect_mail(&what, 250, "accepted");
	what.mail_to = "never@example.com";
	expect_mail(&what, 550, "no such user");
	what.ca_file = NULL;
	expect_failure(&what, "TLS certificate not trusted");
	sink_stop(&s);
	trust_remove(&t);
}
END_TEST

/* To two servers, so by two connections; the certificates' file is gone when
 * the second is made.  It works because they are parsed once a client and not
 * once a connection. */
START_TEST(parses_certificates_once)
{
	struct world w = { .want = SIZE_MAX };
	struct sink s[2];
	struct trust t;

	if (!trust_make(&t))
		return;
	for (int i = 0; i < 2; i++)
		sink_start(&s[i], t.cert, t.key);
	world_open(&w);
	for (int i = 0; i < 2; i++) {
		struct http_send what = secure_mail(&s[i], &t);
		struct outcome o = send_in(&w, &what);

		ck_assert_msg(o.status == 250, "%s", o.failure);
		textbuf_fini(&o.body);
		unlink(t.cert);
	}
	world_end(&w);
	world_run(&w);
	for (int i = 0; i < 2; i++)
		sink_stop(&s[i]);
	trust_remove(&t);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("http_client_mail");
	TCase *tc = tcase_create("http_client_mail");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, sends_mail);
	tcase_add_test(tc, mails_over_one_connection);
	tcase_add_test(tc, does_not_wait_for_the_end_of_a_refusal);
	tcase_add_test(tc, sends_mail_under_tls);
	tcase_add_test(tc, parses_certificates_once);
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	SRunner *sr = srunner_create(suite());
	int failed;

	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
