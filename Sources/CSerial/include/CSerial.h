// What Glibc's Swift overlay lacks of terminals: each function is one call of the kernel. What they are
// called with, and what becomes of their errors, is decided in Swift.
//
// Functions that can fail give 0, or the number of the error.
#ifndef METERGATE_CSERIAL_H
#define METERGATE_CSERIAL_H

#include <stddef.h>
#include <stdint.h>

// The attributes of a terminal with its speeds as numbers. The flags are those of <termios.h> without
// those of the speed (CBAUD, CIBAUD).
struct serial_attributes {
  uint32_t input_flags;
  uint32_t output_flags;
  uint32_t control_flags;
  uint32_t local_flags;
  // In bits a second.
  uint32_t input_speed;
  uint32_t output_speed;
  // VMIN and VTIME.
  uint8_t minimum;
  uint8_t time;
};

// TCGETS2
int serial_get_attributes(int descriptor, struct serial_attributes *attributes);
// TCSETS2 with BOTHER: any speed that the device can divide its clock to. Control characters other than
// VMIN and VTIME stay as they are.
int serial_set_attributes(int descriptor, const struct serial_attributes *attributes);
// TCSETSW2: the same when all that waits to be sent has left; blocks until then.
int serial_set_attributes_drained(int descriptor, const struct serial_attributes *attributes);

// TIOCEXCL
int serial_claim(int descriptor);
// TIOCNXCL
int serial_release(int descriptor);
// TCFLSH for both directions: forgets what has been received and what waits to be sent.
int serial_discard(int descriptor);
// TIOCOUTQ: how many bytes wait to be sent.
int serial_pending_output(int descriptor, int *count);
// TIOCGSERIAL and TIOCSSERIAL with ASYNC_LOW_LATENCY: received bytes are handed over at once.
int serial_set_low_latency(int descriptor);

// TIOCGRS485 and TIOCSRS485: the driver switches the transmitter of an RS-485 port, by RTS, and keeps its
// own delays.
int serial_enable_rs485(int descriptor);

// Opens a new pseudo terminal: the descriptor of its master's side, and the path of the other one.
int serial_open_pseudo_terminal(int *master, char *path, size_t size);

#endif
