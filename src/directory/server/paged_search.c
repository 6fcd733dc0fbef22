#include "directory/server/paged_search.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#define MILLISECOND (INSTANT_SECOND / 1000)

/* One page on its way. */
struct page {
	const struct session *session;
	struct feed *feed;
	const struct paged_search *search;
	int id;               /* of the message */
	size_t entries;
	instant heard_at;
	struct berval cookie; /* of the page before, then of this one; empty: none */
	bool paged;           /* a page came with the control, in this search or before: all do */
};

/* ---- asking ---- */

static int page_ask(struct page *page, struct error *why)
{
	const struct paged_search *search = page->search;
	LDAPControl *pages = NULL, *controls[] = {search->control, NULL};
	LDAP *ldap = session_ldap(page->session);
	int result = LDAP_SUCCESS;

	if (search->scope != LDAP_SCOPE_BASE) {
		result = ldap_create_page_control(ldap, PAGED_SEARCH_PAGE, &page->cookie, 0, &pages);
		controls[0] = pages;
	}
	if (result == LDAP_SUCCESS)
		result = ldap_search_ext(ldap, search->base, search->scope, search->filter, (char **)(uintptr_t)search->attributes,
		                         0, controls, NULL, NULL, LDAP_NO_LIMIT, &page->id);
	ldap_control_free(pages);
	page->entries = 0;
	page->heard_at = clock_monotonic();
	return result == LDAP_SUCCESS ? 0 : session_error(page->session, result, "search", why);
}

/* ---- listening ---- */

/* Waits a moment for the server, or less if something is asked of the source. */
static int page_wait(const struct page *page, struct error *why)
{
	const instant limit = (instant)page->search->answer_ms * MILLISECOND;
	struct pollfd files[] = {
		{.fd = session_descriptor(page->session), .events = POLLIN},
		{.fd = feed_descriptor(page->feed), .events = POLLIN},
	};

	if (feed_stopping(page->feed))
		return error_set(why, -ECANCELED, "stopped");
	if (clock_monotonic() - page->heard_at > limit)
		return error_set(why, -ETIMEDOUT, "%s: the server has said nothing for %u ms in the midst of a search; is it "
		                 "overloaded?", session_uri(page->session), page->search->answer_ms);
	if (session_has_data(page->session))
		return 0;
	/* What is asked besides stopping is looked at after the search: it must not keep this from waiting. */
	if (poll(files, 2, PAGED_SEARCH_STOP_MS) > 0 && files[0].revents == 0 && !feed_stopping(page->feed))
		poll(files, 1, PAGED_SEARCH_STOP_MS);
	return 0;
}

/* 1: a message has come, or the connection is lost (*type negative). */
static int page_listen(struct page *page, int *type, LDAPMessage **message, struct error *why)
{
	struct timeval at_once = {0, 0};
	int result;

	while ((*type = ldap_result(session_ldap(page->session), page->id, LDAP_MSG_ONE, &at_once, message)) == 0)
		if ((result = page_wait(page, why)) < 0)
			return result;
	page->heard_at = clock_monotonic();
	return *type < 0 ? session_error(page->session, 0, "search", why) : 0;
}

/* ---- the end of a page ---- */

/* A page that does not say whether it was the last must not be taken for it: what it lacks would seem to be gone. */
static int cookie_take(struct page *page, LDAPControl **controls, struct error *why)
{
	LDAPControl *control = controls ? ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, controls, NULL) : NULL;
	ber_int_t estimate;

	ber_memfree(page->cookie.bv_val);
	page->cookie = (struct berval){0, NULL};
	if (!control && !page->paged)
		return 0;
	page->paged = true;
	if (page->search->paged)
		*page->search->paged = true;
	if (control && ldap_parse_pageresponse_control(session_ldap(page->session), control, &estimate, &page->cookie) ==
	                   LDAP_SUCCESS)
		return 0;
	page->cookie = (struct berval){0, NULL};
	return error_set(why, -EPROTO, "%s: a page came without saying whether it was the last (RFC 2696)",
	                 session_uri(page->session));
}

/* Frees the message. */
static int page_end(struct page *page, LDAPMessage *message, struct error *why)
{
	LDAPControl **controls = NULL;
	char what[300];
	int code = LDAP_OTHER, parsed, result;

	parsed = ldap_parse_result(session_ldap(page->session), message, &code, NULL, NULL, NULL, &controls, 1);
	result = parsed == LDAP_SUCCESS && code == LDAP_SUCCESS ? cookie_take(page, controls, why) : 0;
	ldap_controls_free(controls);
	if (parsed == LDAP_SUCCESS && page->search->code)
		*page->search->code = code;
	if (parsed == LDAP_SUCCESS && code == LDAP_SUCCESS)
		return result;
	snprintf(what, sizeof(what), "search below \"%.200s\"", page->search->base);
	session_error(page->session, parsed != LDAP_SUCCESS ? parsed : code, what, why);
	return parsed == LDAP_SUCCESS && code == LDAP_NO_SUCH_OBJECT ? PAGED_SEARCH_NO_BASE : -EIO;
}

static int page_read(struct page *page, paged_search_take *take, void *context, struct error *why)
{
	LDAP *ldap = session_ldap(page->session);
	LDAPMessage *message;
	int type, result;

	while ((result = page_listen(page, &type, &message, why)) == 0) {
		switch (type) {
		case LDAP_RES_SEARCH_ENTRY:
			page->entries++;
			if ((result = take(context, ldap, message, why)) < 0)
				return result;
			break;
		case LDAP_RES_SEARCH_RESULT:
			return page_end(page, message, why);
		case LDAP_RES_SEARCH_REFERENCE:
			feed_count_reference(page->feed);
			ldap_msgfree(message);
			break;
		default: /* an intermediate response that nobody asked for */
			ldap_msgfree(message);
			break;
		}
	}
	return result;
}

int paged_search(const struct session *session, struct feed *feed, const struct paged_search *search,
                 paged_search_take *take, void *context, struct error *why)
{
	struct page page = {.session = session, .feed = feed, .search = search,
	                    .paged = search->scope != LDAP_SCOPE_BASE && search->paged && *search->paged};
	unsigned empty = 0;
	int result;

	if (search->code)
		*search->code = -1;
	do {
		if ((result = page_ask(&page, why)) == 0)
			result = page_read(&page, take, context, why);
		empty = page.entries > 0 ? 0 : empty + 1;
		if (result == 0 && empty > PAGED_SEARCH_EMPTY_MAX)
			result = error_set(why, -EPROTO, "%s: the server sends one empty page after the other", session_uri(session));
	} while (result == 0 && page.cookie.bv_len > 0);
	ber_memfree(page.cookie.bv_val);
	return result;
}
