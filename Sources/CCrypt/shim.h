// What Users uses of libcrypt.
#include <crypt.h>
