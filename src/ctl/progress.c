/* progress.c - see progress.h.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/progress.h"

#include "base/textbuf.h"
#include "ctl/live.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#define FIRST_MS 1000 /* what takes no longer shows nothing */
#define EVERY_MS 200
#define CELLS	 20

static const char erase[] = "\r\033[K";

/* Best effort: it is only a line for whoever looks. */
static void put(const char *text, size_t len)
{
	ssize_t written = write(STDERR_FILENO, text, len);

	(void)written;
}

/* The line goes, and the signal does what it always does. */
static void on_signal(int number)
{
	put(erase, sizeof erase - 1);
	raise(number);
}

static void catch_signals(bool on)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction act;

	memset(&act, 0, sizeof act);
	act.sa_handler = on ? on_signal : SIG_DFL;
	act.sa_flags = on ? (int)SA_RESETHAND | SA_NODEFER : 0;
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		struct sigaction old;

		if (sigaction(numbers[i], NULL, &old) == 0 &&
		    old.sa_handler != SIG_IGN)
			sigaction(numbers[i], &act, NULL);
	}
}

void progress_begin(struct progress *p, const char *what, bool rows)
{
	memset(p, 0, sizeof *p);
	p->what = what;
	p->wanted =
	    isatty(STDERR_FILENO) == 1 && !(rows && isatty(STDOUT_FILENO) == 1);
	p->next.ms = live_mono().ms + FIRST_MS;
}

void progress_text(const char *what, int64_t done, int64_t all, size_t tickets,
    size_t events, char out[PROGRESS_TEXT_MAX])
{
	struct textbuf tb;

	textbuf_init_fixed(&tb, out, PROGRESS_TEXT_MAX);
	textbuf_addf(&tb, "%s%s", erase, what);
	if (all > 0) {
		int64_t part = done < all ? done : all;

		textbuf_addf(&tb, "  %d%% [", (int)(part * 100 / all));
		for (int i = 0; i < CELLS; i++)
			textbuf_addc(
			    &tb, i < (int)(part * CELLS / all) ? '#' : ' ');
		textbuf_addc(&tb, ']');
	}
	textbuf_addf(&tb, "  %zu tickets, %zu events", tickets, events);
}

void progress_at(struct progress *p, int64_t done, int64_t all, size_t tickets,
    size_t events)
{
	char text[PROGRESS_TEXT_MAX];
	struct mono now;

	if (!p->wanted)
		return;
	now = live_mono();
	if (now.ms < p->next.ms)
		return;
	if (!p->shown)
		catch_signals(true);
	p->shown = true;
	p->next.ms = now.ms + EVERY_MS;
	progress_text(p->what, done, all, tickets, events, text);
	put(text, strlen(text));
}

void progress_end(struct progress *p)
{
	if (!p->shown)
		return;
	put(erase, sizeof erase - 1);
	catch_signals(false);
	p->shown = false;
}
