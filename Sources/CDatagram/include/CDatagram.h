// The call of the kernel that neither Swift nor its libraries reach: a datagram from a given address.
#ifndef METERGATE_CDATAGRAM_H
#define METERGATE_CDATAGRAM_H

#include <stddef.h>
#include <sys/socket.h>

// sendmsg with IP_PKTINFO or IPV6_PKTINFO, without waiting: sends bytes to an address, from an address of
// this machine (NULL: whichever the system chooses) and, for IPv6, by an interface (0: any). Gives 0, or
// the number of the error.
int datagram_send(int descriptor, const void *bytes, size_t count, const struct sockaddr *to,
                  size_t to_size, const struct sockaddr *from, unsigned interface);

#endif
