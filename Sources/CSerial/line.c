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

int serial_enable_rs485(int descriptor) {
  struct serial_rs485 rs485;
  if (ioctl(descriptor, TIOCGRS485, &rs485) != 0) return errno;
  rs485.flags |= SER_RS485_ENABLED;
  // One that says nothing of its levels has the usual ones.
  if ((rs485.flags & (SER_RS485_RTS_ON_SEND | SER_RS485_RTS_AFTER_SEND)) == 0) {
    rs485.flags |= SER_RS485_RTS_ON_SEND;
  }
  return result(ioctl(descriptor, TIOCSRS485, &rs485));
}
