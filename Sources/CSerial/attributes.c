// The kernel's own <asm/termbits.h> has arbitrary speeds and clashes with <termios.h>: so this file
// stands alone.
#include <asm/ioctls.h>
#include <asm/termbits.h>
#include <errno.h>
#include <sys/ioctl.h>

#include "CSerial.h"

// Where the input speed lies in c_cflag; 0 there would mean "as the output speed".
#ifndef IBSHIFT
#define IBSHIFT 16
#endif

static const tcflag_t speed_flags = CBAUD | CBAUDEX | ((tcflag_t)CBAUD << IBSHIFT);

int serial_get_attributes(int descriptor, struct serial_attributes *attributes) {
  struct termios2 found;
  if (ioctl(descriptor, TCGETS2, &found) != 0) return errno;
  attributes->input_flags = found.c_iflag;
  attributes->output_flags = found.c_oflag;
  attributes->control_flags = found.c_cflag & ~speed_flags;
  attributes->local_flags = found.c_lflag;
  attributes->input_speed = found.c_ispeed;
  attributes->output_speed = found.c_ospeed;
  attributes->minimum = found.c_cc[VMIN];
  attributes->time = found.c_cc[VTIME];
  return 0;
}

static int set(int descriptor, unsigned long call, const struct serial_attributes *attributes) {
  struct termios2 wanted;
  if (ioctl(descriptor, TCGETS2, &wanted) != 0) return errno;
  wanted.c_iflag = attributes->input_flags;
  wanted.c_oflag = attributes->output_flags;
  wanted.c_cflag = (attributes->control_flags & ~speed_flags) | BOTHER | (BOTHER << IBSHIFT);
  wanted.c_lflag = attributes->local_flags;
  wanted.c_ispeed = attributes->input_speed;
  wanted.c_ospeed = attributes->output_speed;
  wanted.c_cc[VMIN] = attributes->minimum;
  wanted.c_cc[VTIME] = attributes->time;
  return ioctl(descriptor, call, &wanted) != 0 ? errno : 0;
}

int serial_set_attributes(int descriptor, const struct serial_attributes *attributes) {
  return set(descriptor, TCSETS2, attributes);
}

int serial_set_attributes_drained(int descriptor, const struct serial_attributes *attributes) {
  return set(descriptor, TCSETSW2, attributes);
}
