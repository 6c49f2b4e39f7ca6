#define _GNU_SOURCE
#include "CSignals.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define SIGNALS 65

static volatile sig_atomic_t descriptors[SIGNALS];

int signals_open(int pair[2]) {
  if (pipe2(pair, O_CLOEXEC) != 0) return -1;
  return fcntl(pair[1], F_SETFL, O_NONBLOCK);
}

// A pipe that is full holds more of them than anybody needs.
static void note(int number) {
  int error = errno;
  int descriptor = descriptors[number];
  unsigned char byte = (unsigned char)number;
  if (descriptor >= 0) {
    ssize_t written = write(descriptor, &byte, 1);
    (void)written;
  }
  errno = error;
}

int signals_catch(int number, int descriptor) {
  if (number < 1 || number >= SIGNALS) {
    errno = EINVAL;
    return -1;
  }
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  if (descriptor < 0) {
    descriptors[number] = -1;
    action.sa_handler = SIG_DFL;
    return sigaction(number, &action, NULL);
  }
  descriptors[number] = descriptor;
  action.sa_handler = note;
  return sigaction(number, &action, NULL);
}

void signals_admit(int number) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, number);
  pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}
