/*
 * Keys on tokens by OpenSSL's PKCS#11 engine, where no provider answers for them.
 *
 * Guarantees: the key stays on the token; a PIN that the URI does not carry is asked for on the terminal. The engine
 * finds its modules through p11-kit, or PKCS11_MODULE_PATH. It stays loaded until the process ends: its keys need it.
 */
#define OPENSSL_SUPPRESS_DEPRECATED /* engines are; Debian 12 has no provider for tokens */
#include "base/cms_material.h"
#include "base/language.h"

#include <openssl/engine.h>
#include <openssl/err.h>
#include <openssl/ui.h>
#include <stdint.h>

EVP_PKEY *material_key_token(const char *uri, struct error *error)
{
    EVP_PKEY *key = NULL;
    ERR_clear_error();
    ENGINE_load_builtin_engines();
    ENGINE *engine = ENGINE_by_id("pkcs11");
    if (engine == NULL) {
        ERR_clear_error(); /* a list of paths that were tried says less */
        material_failed(error, FAULT_ENVIRONMENT,
                        _("OpenSSL here has neither a provider nor an engine for tokens: install "
                          "libengine-pkcs11-openssl"));
        return NULL;
    }
    /* It would print the URI, and a PIN in it. */
    ENGINE_ctrl_cmd_string(engine, "QUIET", NULL, 0);
    if (ENGINE_init(engine) == 1)
        key = ENGINE_load_private_key(engine, uri, (UI_METHOD *)(uintptr_t)UI_get_default_method(), NULL);
    ENGINE_free(engine);
    if (key == NULL)
        material_failed(
            error, FAULT_ENVIRONMENT,
            _("the token gives no private key under that URI: is it plugged in, is the PIN right?"));
    return key;
}
