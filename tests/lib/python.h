/* python.h - another program's opinion: run Python on a test's output.
 *
 * Python's own json and email packages are the oracles for what wire/ writes.
 * Where /usr/bin/python3 is missing, tests say so and do without.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_TESTS_PYTHON_H
#define SLAWATCH_TESTS_PYTHON_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PYTHON "/usr/bin/python3"

static inline bool python_present(const char *who)
{
	if (access(PYTHON, X_OK) == 0)
		return true;
	printf("%s: skipped, there is no " PYTHON "\n", who);
	return false;
}

/* A file of the source tree, as automake tells tests: $srcdir. */
static inline const char *python_source(const char *relative)
{
	static char path[4096];
	const char *srcdir = getenv("srcdir");

	snprintf(path, sizeof path, "%s/%s", srcdir ? srcdir : ".", relative);
	return path;
}

/* Runs `python3 ARG1 ARG2` with the input on stdin, gives what it wrote (the
 * caller's to free) and its exit status. */
static inline char *python_run(const char *arg1, const char *arg2,
    const void *input, size_t len, int *status)
{
	FILE *in = tmpfile();
	FILE *out = tmpfile();
	size_t size;
	char *text;
	pid_t pid;

	if (in == NULL || out == NULL || fwrite(input, 1, len, in) != len ||
	    fflush(in) != 0)
		abort();
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		lseek(fileno(in), 0, SEEK_SET);
		dup2(fileno(in), 0);
		dup2(fileno(out), 1);
		execl(PYTHON, PYTHON, arg1, arg2, (char *)NULL);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, status, 0) != pid)
		abort();
	*status = WIFEXITED(*status) ? WEXITSTATUS(*status) : 128;
	size = (size_t)lseek(fileno(out), 0, SEEK_END);
	text = calloc(1, size + 1);
	if (text == NULL || pread(fileno(out), text, size, 0) != (ssize_t)size)
		abort();
	fclose(in);
	fclose(out);
	return text;
}

#endif
