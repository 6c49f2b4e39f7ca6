#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "CSerial.h"

int serial_open_pseudo_terminal(int *master, char *path, size_t size) {
  int descriptor = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (descriptor < 0) return errno;
  int error = 0;
  if (grantpt(descriptor) != 0 || unlockpt(descriptor) != 0) {
    error = errno;
  } else {
    // Gives the error itself, unlike the others.
    error = ptsname_r(descriptor, path, size);
  }
  if (error != 0) {
    close(descriptor);
    return error;
  }
  *master = descriptor;
  return 0;
}
