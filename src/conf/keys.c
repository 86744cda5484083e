/* keys.c - the one table of configuration keys.
 *
 * A section is a path: NAME stands for a name of the user's, [] for an entry of
 * a list.  The defaults here are the ones that take effect: the reader parses
 * them like a value of the file.
 *
 * The daemon's own section is read once, at start.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/keys.h"

#include "base/nearest.h"

#include <string.h>

#define NEEDED	true, true
#define CHOICE	false, true
#define RESTART false, false

const struct conf_key conf_keys[] = {
	{ "", "matrix", "map", "", CHOICE,
	    "who owns the matrix, when it was revised, where nothing is lost" },
	{ "", "calendars", "map of NAME", "", CHOICE,
	    "when working time passes" },
	{ "", "severities", "map of NAME, most urgent first", "", NEEDED,
	    "the severities a ticket may have, in order of urgency" },
	{ "", "channels", "map of NAME", "", CHOICE, "ways to reach somebody" },
	{ "", "people", "map of NAME", "", CHOICE, "who may be told" },
	{ "", "teams", "map of NAME", "", CHOICE, "people who work together" },
	{ "", "roles", "map of NAME to a person or team", "", CHOICE,
	    "functions that are resolved to people when a step fires" },
	{ "", "chains", "map of NAME", "", CHOICE,
	    "who is told next when nobody answers" },
	{ "", "policies", "list, first match wins", "", CHOICE,
	    "which targets a ticket has" },
	{ "", "clocks", "map of KIND", "", CHOICE,
	    "changes to the built-in clocks, and clocks of one's own" },
	{ "", "on_customer_comment", "map", "", CHOICE,
	    "what a customer's comment does to pauses and solved tickets" },
	{ "", "always_human", "category or list", "", CHOICE,
	    "categories where a bot's reply meets no clock" },
	{ "", "daemon", "map", "", CHOICE,
	    "the daemon's own settings: files, sockets, limits" },

	{ "matrix", "owner", "person", "", CHOICE,
	    "who answers for the matrix and is told of its faults" },
	{ "matrix", "revised", "date", "", CHOICE,
	    "when the matrix was last reviewed" },
	{ "matrix", "review_every", "duration", "90d", CHOICE,
	    "how long a review holds" },
	{ "matrix", "fallback", "channel", "", CHOICE,
	    "where a notice goes that would reach nobody" },
	{ "matrix", "give_up_after", "duration", "24h", CHOICE,
	    "an undelivered notice is of no use after that" },

	{ "calendars.NAME", "open", "\"always\"", "", CHOICE,
	    "open day and night; then there is no other key" },
	{ "calendars.NAME", "extends", "calendar", "", CHOICE,
	    "another calendar, of which this one is a variant" },
	{ "calendars.NAME", "zone", "time zone", "", CHOICE,
	    "IANA name of the zone whose wall clock counts" },
	{ "calendars.NAME", "week", "map of days to intervals", "", CHOICE,
	    "the hours of each day of the week; a day not named is closed" },
	{ "calendars.NAME", "except", "map of dates to intervals", "", CHOICE,
	    "dates with other hours; they beat holidays and the week" },
	{ "calendars.NAME", "holidays", "list of dates and .ics files", "",
	    CHOICE,
	    "closed dates, once (2026-12-25), every year (12-25) or from a "
	    "calendar file" },

	{ "severities.NAME", "title", "text", "", CHOICE,
	    "the name for people" },
	{ "severities.NAME", "calendar", "calendar", "", CHOICE,
	    "beats the policy's calendar for this severity" },
	{ "severities.NAME", "send", "in_hours or always", "", CHOICE,
	    "beats the policy's send; the first severity has always" },

	{ "channels.NAME", "type", "log, slack-webhook, smtp or webhook", "",
	    NEEDED, "what kind of channel it is" },
	{ "channels.NAME", "url", "URL or secret", "", CHOICE,
	    "where it sends to; every type but log needs it" },
	{ "channels.NAME", "from", "mailbox", "", CHOICE,
	    "smtp: the sender; needed" },
	{ "channels.NAME", "user", "text", "", CHOICE,
	    "smtp: the name to log in with" },
	{ "channels.NAME", "password", "secret", "", CHOICE,
	    "smtp: the password to log in with" },
	{ "channels.NAME", "secret", "secret", "", CHOICE,
	    "webhook: the key that signs each request" },
	{ "channels.NAME", "ca_file", "file", "", CHOICE,
	    "certificates to trust instead of the system's" },
	{ "channels.NAME", "starttls", "true or false", "true", CHOICE,
	    "smtp: refuse to go on without TLS" },

	{ "people.NAME", "name", "text", "", CHOICE,
	    "the name for people; the key unless given" },
	{ "people.NAME", "slack", "Slack user id", "", CHOICE,
	    "who is mentioned in a Slack message" },
	{ "people.NAME", "email", "address", "", CHOICE, "where mail goes" },
	{ "people.NAME", "hours", "calendar", "", CHOICE,
	    "when the person works" },

	{ "teams.NAME", "members", "list of people", "", NEEDED,
	    "who is in the team" },
	{ "teams.NAME", "lead", "person", "", CHOICE,
	    "who is told for the team; everybody unless given" },
	{ "teams.NAME", "channel", "channel", "", CHOICE, "the team's room" },
	{ "teams.NAME", "fallback", "person", "", CHOICE,
	    "who is told if nobody of the team can be" },
	{ "teams.NAME", "tier", "number, 1 to 9", "1", CHOICE,
	    "support tier; 1 is the front line" },
	{ "teams.NAME", "title", "text", "", CHOICE,
	    "the name for people; the key unless given" },

	{ "chains.NAME", "rank", "number, 0 to 1000", "0", CHOICE,
	    "a chain of higher rank supersedes a lower one" },
	{ "chains.NAME", "ack_timeout", "duration", "0", CHOICE,
	    "an ack without progress holds so long; 0 is for ever" },
	{ "chains.NAME", "repeat", "number, 0 to 100", "0", CHOICE,
	    "whole rounds after the first" },
	{ "chains.NAME", "repeat_after", "duration", "", CHOICE,
	    "wait after the last step of a round; that step's `after` unless "
	    "given, 30m if that is 0" },
	{ "chains.NAME", "steps", "list", "", NEEDED, "who is told, in order" },

	{ "chains.NAME.steps[]", "after", "duration", "0", CHOICE,
	    "since the step before, or the chain's start" },
	{ "chains.NAME.steps[]", "notify", "name or list", "", NEEDED,
	    "roles, people, teams, channels, or the words assignee and team" },
	{ "chains.NAME.steps[]", "via", "channel or list", "", CHOICE,
	    "channels to reach people by, the preferred one first" },
	{ "chains.NAME.steps[]", "remind", "map", "", CHOICE,
	    "tell them again while nobody answers" },
	{ "chains.NAME.steps[]", "until", "ack, assigned, replied or solved",
	    "ack", CHOICE,
	    "which answer ends the waiting, and with it the chain" },
	{ "chains.NAME.steps[]", "hours", "\"any\"", "any", CHOICE,
	    "when the step may be sent: at any time" },
	{ "chains.NAME.steps[]", "send", "in_hours or always", "", CHOICE,
	    "whether it waits for its reader's hours; beats the severity's" },

	{ "chains.NAME.steps[].remind", "every", "duration", "", NEEDED,
	    "time between two reminders" },
	{ "chains.NAME.steps[].remind", "times", "number, 1 to 100", "1",
	    CHOICE, "how many reminders" },

	{ "policies[]", "name", "text", "", NEEDED,
	    "how the policy is called in logs and answers" },
	{ "policies[]", "when", "map", "", CHOICE,
	    "which tickets it is for; every ticket unless given" },
	{ "policies[]", "calendar", "calendar", "", CHOICE,
	    "when its clocks count; day and night unless given" },
	{ "policies[]", "warn", "list of shares and durations", "", CHOICE,
	    "when to warn before a target is missed: 80%, 15m" },
	{ "policies[]", "send", "in_hours, always or map", "", CHOICE,
	    "whether its notices wait for their reader's hours" },
	{ "policies[]", "on_warning", "chain", "", CHOICE,
	    "the chain a warning starts; the assignee is told unless given" },
	{ "policies[]", "on_breach", "chain", "", CHOICE,
	    "the chain a breach starts; the assignee is told unless given" },
	{ "policies[]", "targets", "map of severity to clocks", "", CHOICE,
	    "the time allowed for each clock" },

	{ "policies[].send", "warnings", "in_hours or always", "in_hours",
	    CHOICE, "whether warnings wait" },
	{ "policies[].send", "breaches", "in_hours or always", "always", CHOICE,
	    "whether breaches wait" },

	{ "policies[].targets.SEVERITY.KIND", "within", "duration", "", NEEDED,
	    "the time allowed" },
	{ "policies[].targets.SEVERITY.KIND", "calendar", "calendar", "",
	    CHOICE, "beats the severity's and the policy's calendar" },
	{ "policies[].targets.SEVERITY.KIND", "warn",
	    "list of shares and durations", "", CHOICE,
	    "in place of the policy's warnings" },

	{ "policies[].when", "severity", "severity or list", "", CHOICE,
	    "the ticket's severity is one of these" },
	{ "policies[].when", "tier", "text or list", "", CHOICE,
	    "the customer's tier is one of these" },
	{ "policies[].when", "category", "text or list", "", CHOICE,
	    "the ticket's category is one of these" },
	{ "policies[].when", "team", "text or list", "", CHOICE,
	    "the ticket's team is one of these" },
	{ "policies[].when", "channel", "text or list", "", CHOICE,
	    "the ticket came by one of these: email, chat, ..." },
	{ "policies[].when", "tags", "text or list", "", CHOICE,
	    "the ticket has at least one of these tags" },

	{ "clocks.KIND", "runs_in", "list of statuses", "", CHOICE,
	    "statuses in which the clock runs; it pauses in the others" },
	{ "clocks.KIND", "starts", "list of signals", "", CHOICE,
	    "what starts a cycle; a kind of one's own needs it" },
	{ "clocks.KIND", "met_by", "list of signals", "", CHOICE,
	    "what meets the target; a kind of one's own needs it" },
	{ "clocks.KIND", "again", "never or each", "", CHOICE,
	    "whether a start after the end opens a new cycle" },
	{ "clocks.KIND", "on_reopen", "never, resume or reset", "", CHOICE,
	    "what a reopened ticket does to the clock" },
	{ "clocks.KIND", "pause_at_most", "duration", "0", CHOICE,
	    "working time after which a pause ends; 0: as long as it lasts" },

	{ "on_customer_comment", "resumes", "list of statuses",
	    "pending, on_hold", CHOICE,
	    "waiting statuses whose pause a customer's comment ends" },
	{ "on_customer_comment", "reopens", "never or always", "never", CHOICE,
	    "whether a customer's comment reopens a solved ticket" },

	{ "daemon", "database", "file", "/var/lib/slawatch/slawatch.db",
	    RESTART, "where everything is kept" },
	{ "daemon", "socket", "file", "/run/slawatch/slawatchd.sock", RESTART,
	    "Unix socket of the HTTP API" },
	{ "daemon", "socket_mode", "octal number", "0660", RESTART,
	    "permissions of the socket: who may use it" },
	{ "daemon", "listen", "host:port", "", RESTART,
	    "TCP address of the HTTP API; needs tokens" },
	{ "daemon", "tokens", "map of NAME", "", RESTART,
	    "who may use the API over TCP" },
	{ "daemon", "queue_max", "number, 16 to 10000000", "65536", RESTART,
	    "events that may wait for the disk; more are answered 503" },
	{ "daemon", "batch_max", "number, 1 to 100000", "1000", RESTART,
	    "events committed together at most" },
	{ "daemon", "max_future", "duration", "5m", RESTART,
	    "an event further ahead than this is refused" },
	{ "daemon", "max_past", "duration", "400d", RESTART,
	    "an event older than this is refused" },
	{ "daemon", "log_level", "debug, info or warning", "info", RESTART,
	    "how much is logged" },

	{ "daemon.tokens.NAME", "secret", "secret", "", true, false,
	    "the bearer token itself" },
	{ "daemon.tokens.NAME", "scopes", "list of ingest, operate, read", "",
	    true, false, "what its bearer may do" },

	{ "SECRET", "file", "file", "", CHOICE,
	    "a file whose content is the secret" },
	{ "SECRET", "credential", "name", "", CHOICE,
	    "a systemd credential whose content is the secret" },
};

const size_t conf_keys_count = sizeof conf_keys / sizeof conf_keys[0];

const struct conf_key *conf_key_find(const char *section, const char *name)
{
	for (size_t i = 0; i < conf_keys_count; i++)
		if (strcmp(conf_keys[i].section, section) == 0 &&
		    strcmp(conf_keys[i].name, name) == 0)
			return &conf_keys[i];
	return NULL;
}

const char *conf_key_near(const char *section, const char *name)
{
	struct nearest n;

	nearest_init(&n, name);
	for (size_t i = 0; i < conf_keys_count; i++)
		if (strcmp(conf_keys[i].section, section) == 0)
			nearest_try(&n, conf_keys[i].name);
	return n.best;
}
