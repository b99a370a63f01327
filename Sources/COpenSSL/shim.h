// What COpenSSL shows to Swift.
#include <openssl/evp.h>
#include <openssl/sha.h>
