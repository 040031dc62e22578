/*
 * The site's key.
 *
 * Guarantees: a file that others can read is refused, since whoever read it has every picture; nothing is asked where nobody can
 * answer. Never says the key, or a part of it, in a message.
 */
#include "base/site_key.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/files.h"
#include "base/secret.h"

/* RFC 7914's N, r, p: 64 MiB and some tenths of a second for each guess. */
enum { SCRYPT_N = 1 << 16, SCRYPT_R = 8, SCRYPT_P = 1, SCRYPT_MEMORY = 128 << 20, DIGITS = 64 };

static struct site_key *allocate(struct error *error)
{
    return secret_allocate(sizeof(struct site_key), error);
}

void site_key_free(struct site_key *key)
{
    secret_free(key, sizeof *key);
}

bool site_key_direct(const struct site_key *key)
{
    return strlen(key->text) == DIGITS && strspn(key->text, "0123456789abcdef") == DIGITS;
}

/* One line; what is longer, or empty, is no key. */
static bool settle_text(struct site_key *key, size_t length, struct error *error)
{
    while (length > 0 && isspace((unsigned char)key->text[length - 1]))
        length--;
    key->text[length] = '\0';
    if (site_key_direct(key) || (length >= SITE_KEY_PHRASE_LEAST && strlen(key->text) == length))
        return true;
    return error_set(
        error, FAULT_ENVIRONMENT,
        "%s holds no key: it is 64 hexadecimal digits (leadspool key new FILE) or a pass-phrase of at least "
        "%d characters",
        key->from, SITE_KEY_PHRASE_LEAST);
}

static bool closed_to_others(int file, uid_t account, const char *path, struct error *error)
{
    struct stat status;
    if (fstat(file, &status) != 0)
        return error_system(error, "looking at the key %s", path);
    if (!S_ISREG(status.st_mode))
        return error_set(error, FAULT_ENVIRONMENT, "the key %s is no regular file", path);
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return error_set(
            error, FAULT_ENVIRONMENT,
            "others may read or change the key %s (mode %04o): chmod 600 it, and change it (leadspool key "
            "change) if somebody could have read it",
            path, (unsigned)(status.st_mode & 07777));
    return status.st_uid == 0 || status.st_uid == account || status.st_uid == geteuid() ||
           error_set(
               error, FAULT_ENVIRONMENT,
               "the key %s belongs to the account %u: it has to be root's or that of the service account %u",
               path, (unsigned)status.st_uid, (unsigned)account);
}

static bool read_open(int file, struct site_key *key, struct error *error)
{
    size_t length = 0;
    ssize_t got;
    while (length < sizeof key->text - 1 &&
           (got = read(file, key->text + length, sizeof key->text - 1 - length)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_system(error, "reading %s", key->from);
        length += (size_t)got;
    }
    return settle_text(key, length, error);
}

/* `account` may be that of root: the service manager's files belong to it. */
static bool read_file(const char *path, const char *what, uid_t account, bool look, struct site_key **key,
                      struct error *error)
{
    struct site_key *made = allocate(error);
    if (made == NULL)
        return false;
    snprintf(made->from, sizeof made->from, "%s %.200s", what, path);
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    bool done = file >= 0;
    if (!done) {
        error_system(error, "the record is encrypted, and opening its key %s", path);
        if (error != NULL)
            error->fault = FAULT_ENVIRONMENT;
    }
    done = done && (!look || closed_to_others(file, account, path, error)) && read_open(file, made, error);
    if (file >= 0)
        close(file);
    if (done)
        *key = made;
    else
        site_key_free(made);
    return done;
}

bool site_key_read(const char *file, uid_t account, struct site_key **key, struct error *error)
{
    return read_file(file, "the key in", account, true, key, error);
}

static bool ask(struct site_key **key, struct error *error)
{
    static const char question[] = "The site's key: ";
    struct termios before, silent;
    int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    struct site_key *made = NULL;
    bool done = false;
    if (terminal < 0 || tcgetattr(terminal, &before) != 0) {
        error_set(
            error, FAULT_ENVIRONMENT,
            "the record is encrypted, and its key is not at hand: hand it over as the systemd credential "
            "" SITE_KEY_CREDENTIAL
            ", name its file in site.xml (<encryption key=\"FILE\">), or start this at a terminal");
        goto done;
    }
    if ((made = allocate(error)) == NULL)
        goto done;
    snprintf(made->from, sizeof made->from, "what was typed");
    silent = before;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    /* Silent before it is asked: what somebody types at once would else be shown, or thrown away by the change. */
    if (tcsetattr(terminal, TCSAFLUSH, &silent) != 0 || write(terminal, question, sizeof question - 1) < 0) {
        error_system(error, "asking for the site's key");
        tcsetattr(terminal, TCSAFLUSH, &before);
        goto done;
    }
    ssize_t got = read(terminal, made->text, sizeof made->text - 1);
    tcsetattr(terminal, TCSAFLUSH, &before);
    bool next_line = write(terminal, "\n", 1) == 1;
    done = next_line && (got > 0 ? settle_text(made, (size_t)got, error)
                                 : error_set(error, FAULT_ENVIRONMENT, "no key was typed"));
done:
    if (terminal >= 0)
        close(terminal);
    if (done)
        *key = made;
    else
        site_key_free(made);
    return done;
}

bool site_key_find(const char *file, uid_t account, struct site_key **key, struct error *error)
{
    const char *credentials = getenv("CREDENTIALS_DIRECTORY");
    char path[4096];
    if (credentials != NULL) {
        snprintf(path, sizeof path, "%s/" SITE_KEY_CREDENTIAL, credentials);
        /* The service manager answers for who can read there. */
        if (access(path, F_OK) == 0)
            return read_file(path, "the credential", account, false, key, error);
    }
    if (file != NULL && *file != '\0')
        return site_key_read(file, account, key, error);
    return ask(key, error);
}

bool site_key_make(const char *file, struct site_key **key, struct error *error)
{
    static const char digits[] = "0123456789abcdef";
    struct site_key *made = allocate(error);
    bool done = made != NULL && random_bytes(made->text + DIGITS, DIGITS / 2, error);
    int target = -1;
    if (!done)
        goto done;
    for (size_t i = 0; i < DIGITS / 2; i++) {
        unsigned byte = (unsigned char)made->text[DIGITS + i];
        made->text[2 * i] = digits[byte >> 4];
        made->text[2 * i + 1] = digits[byte & 15];
    }
    secret_wipe(made->text + DIGITS, sizeof made->text - DIGITS);
    snprintf(made->from, sizeof made->from, "the key in %.200s", file);
    /* Never over one that is there: it may be what something else opens with. */
    target = open(file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0400);
    if (target < 0) {
        done = error_system(error, "making the key file %s", file);
        if (error != NULL)
            error->fault = FAULT_ENVIRONMENT;
    }
    done = done && file_write_all(target, made->text, DIGITS, error) &&
           file_write_all(target, "\n", 1, error) && file_sync(target, error);
done:
    if (target >= 0)
        close(target);
    if (done && key != NULL)
        *key = made;
    else
        site_key_free(made);
    return done;
}

static bool from_digits(const char *text, uint8_t derived[CIPHER_KEY_SIZE])
{
    struct digest read;
    if (!digest_parse(text, &read))
        return false;
    memcpy(derived, read.bytes, CIPHER_KEY_SIZE);
    secret_wipe(&read, sizeof read);
    return true;
}

bool site_key_derive(const struct site_key *key, const uint8_t salt[SITE_KEY_SALT_SIZE],
                     uint8_t derived[CIPHER_KEY_SIZE], struct error *error)
{
    if (site_key_direct(key) && from_digits(key->text, derived))
        return true;
    return EVP_PBE_scrypt(key->text, strlen(key->text), salt, SITE_KEY_SALT_SIZE, SCRYPT_N, SCRYPT_R,
                          SCRYPT_P, SCRYPT_MEMORY, derived, CIPHER_KEY_SIZE) == 1 ||
           error_set(error, FAULT_TEMPORARY, "making a key of the pass-phrase needs 64 MiB of memory");
}
