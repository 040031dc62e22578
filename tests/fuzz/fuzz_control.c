/*
 * Fuzz: a request over the control socket, from bytes to the answer, over a site with a casebook: asked by the service, and
 * by somebody the site does not know.
 *
 * Whatever is asked is answered, and no question is trouble of the record; a stranger is told nothing but whether a
 * decision was received. Each question's transaction is undone, so that all inputs meet the same site.
 */
#include <string.h>

#include "base/json.h"
#include "casebook/docket.h"
#include "casebook/queue.h"
#include "spool/control.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/test_site.h"

/* Berkeley DB links the pages of its cache by distances, which the leak checker does not follow while a casebook is
   open; what a closed one leaves the unit tests find. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libdb-5.3";
}

static struct test_site test;

static void leave(void)
{
    test_site_close(&test);
    test_site_remove(&test);
}

static void make_site(void)
{
    struct error error = ERROR_NONE;
    struct transaction *transaction = NULL;
    test_site_make(&test);
    test_site_open(&test);
    atexit(leave);
    json_t *docket =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:{s:s, s:s, s:s}}", "docket", "FR-2026-000001", "command",
                  "precinct-014", "requestId", "r", "received", "2026-11-22T10:00:00.000Z", "lane", "routine",
                  "round", 1, "request", "caseNumber", "C-1", "use", "U1", "basis", "because");
    if (!transaction_begin(test.casebook, NULL, &transaction, &error) ||
        !docket_change_state(transaction, docket, DOCKET_QUEUED, clock_now(), NULL, NULL, NULL, &error) ||
        !queue_add(transaction, docket, clock_now(), &error) || !transaction_commit(transaction, &error))
        fuzz_broken(&error);
    json_decref(docket);
}

static void ask(const json_t *request, uid_t uid, bool stranger)
{
    struct error error = ERROR_NONE;
    struct transaction *transaction = NULL;
    const struct control_peer peer = {.uid = uid};
    const struct control_context context = {.site = &test.site,
                                            .casebook = test.casebook,
                                            .vault = test.vault,
                                            .now = (instant)1798804800 * 1000};
    json_t *answer = NULL;
    if (!transaction_begin(test.casebook, NULL, &transaction, &error) ||
        !control_answer(transaction, &context, &peer, request, &answer, &error))
        fuzz_broken(&error);
    bool told = json_flag(answer, "ok");
    error_set(&error, FAULT_INTERNAL, "an answer to \"%s\" that should not be",
              json_text(request, "command"));
    if ((!told && json_text(answer, "error")[0] == '\0') ||
        (told && stranger && strcmp(json_text(request, "command"), "decision") != 0))
        fuzz_broken(&error);
    json_decref(answer);
    transaction_abort(transaction);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error error = ERROR_NONE;
    json_t *request = NULL;
    if (test.casebook == NULL)
        make_site();
    if (!json_read((const char *)data, size, &request, &error))
        return 0;
    ask(request, test.site.account, false);
    ask(request, 65534, true);
    json_decref(request);
    return 0;
}
