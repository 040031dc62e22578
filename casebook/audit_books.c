/*
 * The phase of an audit that looks at the books' files as a whole: a record hidden by a changed page is missed by every walk.
 *
 * Guarantees: a damaged book of an encrypted casebook ends the audit, since Berkeley DB stops everything where it comes upon such
 * a page; in clear the other phases go on.
 */
#include <stdio.h>

#include "base/json.h"
#include "casebook/audit_phases.h"
#include "casebook/book_structure.h"

enum { BOOK_COST = 256 << 10 }; /* what one weighs beside reading bytes, large or small */

static bool note_damage(struct audit *audit, const char *what)
{
    char text[640];
    snprintf(text, sizeof text,
             "a page of var/casebook/%s.db is damaged (%s): it may hide records; restore the casebook from a "
             "backup",
             book_name(audit->book), what);
    audit_problem(audit, "book-damaged", book_name(audit->book), text);
    return audit->transaction->casebook->encrypted;
}

bool audit_step_books(struct audit *audit, struct error *error)
{
    bool over = false;
    while (!over && audit->book < BOOK_COUNT && audit->budget > 0) {
        enum book_structure found = BOOK_SOUND;
        char what[256] = "";
        if (!book_structure(audit->transaction->casebook, audit->book, &found, what, sizeof what, error))
            return false;
        if (found == BOOK_TOO_LARGE)
            json_array_append_new(json_object_get(audit->report, "unlooked"),
                                  json_string(book_name(audit->book)));
        over = found == BOOK_DAMAGED && note_damage(audit, what);
        audit->budget -= BOOK_COST;
        audit->book++;
    }
    if (over)
        audit->phase = PHASE_DONE;
    else if (audit->book == BOOK_COUNT) {
        audit->book = 0;
        audit_phase_next(audit);
    }
    return true;
}
