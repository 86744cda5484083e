/* decimal.c - see decimal.h: digits are counted, nothing is rounded.
 *
 * SPDX-License-Identifier: MIT */
#include "base/decimal.h"

#include "base/check.h"
#include "base/textbuf.h"

#define PLACES	     6				  /* behind the point */
#define NUMBER_MAX   INT64_C(9000000000000000000) /* 9e12 in millionths */
#define EXPONENT_MAX INT64_C(1000000000000) /* beyond any length of text */

/* Where the parts of a number stand in its text. */
struct parts {
	const char *digits; /* the whole ones, then a point, then others */
	const char *digits_end;
	int64_t place; /* the power of ten of the first digit */
	bool negative;
};

static bool is_digit(const char *p, const char *end)
{
	return p < end && *p >= '0' && *p <= '9';
}

static const char *skip_digits(const char *p, const char *end)
{
	while (is_digit(p, end))
		p++;
	return p;
}

/* "e-3", "E+2"; an absurd one stays absurd without overflowing. */
static bool take_exponent(const char **at, const char *end, int64_t *out)
{
	const char *p = *at + 1;
	bool negative = p < end && *p == '-';

	if (p < end && (*p == '-' || *p == '+'))
		p++;
	if (!is_digit(p, end))
		return false;
	*out = 0;
	for (; is_digit(p, end); p++)
		if (*out < EXPONENT_MAX)
			*out = *out * 10 + (*p - '0');
	if (negative)
		*out = -*out;
	*at = p;
	return true;
}

static bool take_parts(const char *p, const char *end, struct parts *out)
{
	const char *point;
	int64_t exponent = 0;

	if (p < end && *p == '+' && !(p + 1 < end && p[1] == '-'))
		p++;
	out->negative = p < end && *p == '-';
	p += out->negative;
	if (!is_digit(p, end))
		return false;
	out->digits = p;
	point = skip_digits(p, end);
	if (*p == '0' && point - p > 1)
		return false; /* "007" */
	p = point;
	if (p < end && *p == '.') {
		if (!is_digit(p + 1, end))
			return false;
		p = skip_digits(p + 1, end);
	}
	out->digits_end = p;
	if (p < end && (*p == 'e' || *p == 'E') &&
	    !take_exponent(&p, end, &exponent))
		return false;
	out->place = (int64_t)(point - out->digits) - 1 + exponent;
	return p == end;
}

/* One more place; false if the number becomes too large. */
static bool shift(int64_t *n, int digit)
{
	if (*n > (NUMBER_MAX - digit) / 10)
		return false;
	*n = *n * 10 + digit;
	return true;
}

bool decimal_parse(const char *text, size_t len, int64_t *millionths)
{
	struct parts parts;
	int64_t n = 0;
	int64_t place;

	if (!take_parts(text, text + len, &parts))
		return false;
	place = parts.place;
	for (const char *p = parts.digits; p < parts.digits_end; p++) {
		if (*p == '.')
			continue;
		if (place-- < -PLACES)
			break;
		if (!shift(&n, *p - '0'))
			return false;
	}
	for (; n > 0 && place >= -PLACES; place--)
		if (!shift(&n, 0))
			return false;
	*millionths = parts.negative ? -n : n;
	return true;
}

void decimal_format(int64_t millionths, char out[DECIMAL_TEXT_MAX])
{
	uint64_t n =
	    millionths < 0 ? -(uint64_t)millionths : (uint64_t)millionths;
	uint64_t rest = n % (uint64_t)DECIMAL_ONE;
	struct textbuf tb;

	textbuf_init_fixed(&tb, out, DECIMAL_TEXT_MAX);
	textbuf_addf(&tb, "%s%llu", millionths < 0 ? "-" : "",
	    (unsigned long long)(n / (uint64_t)DECIMAL_ONE));
	if (rest > 0)
		textbuf_addc(&tb, '.');
	for (uint64_t unit = (uint64_t)DECIMAL_ONE / 10; rest > 0; unit /= 10) {
		textbuf_addc(&tb, (char)('0' + rest / unit));
		rest %= unit;
	}
	CHECK(!tb.cut);
}
