#include <errno.h>
#include <linux/serial.h>
#include <sys/ioctl.h>
#include <termios.h>

#include "CSerial.h"

static int result(int status) { return status != 0 ? errno : 0; }

int serial_claim(int descriptor) { return result(ioctl(descriptor, TIOCEXCL)); }

int serial_release(int descriptor) { return result(ioctl(descriptor, TIOCNXCL)); }

int serial_discard(int descriptor) { return result(tcflush(descriptor, TCIOFLUSH)); }

int serial_pending_output(int descriptor, int *count) {
  return result(ioctl(descriptor, TIOCOUTQ, count));
}

int serial_set_low_latency(int descriptor) {
  struct serial_struct serial;
  if (ioctl(descriptor, TIOCGSERIAL, &serial) != 0) return errno;
  serial.flags |= ASYNC_LOW_LATENCY;
  return result(ioctl(descriptor, TIOCSSERIAL, &serial));
}
