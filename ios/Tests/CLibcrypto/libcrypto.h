// What the tests' key store uses of OpenSSL 3.
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

// A macro with variable arguments, which Swift does not see.
static inline EVP_PKEY *p256_generate(void) { return EVP_EC_gen("P-256"); }
