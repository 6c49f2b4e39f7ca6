#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/uio.h>

#include "CDatagram.h"

int datagram_send(int descriptor, const void *bytes, size_t count, const struct sockaddr *to,
                  size_t to_size, const struct sockaddr *from, unsigned interface) {
  union {
    char bytes[CMSG_SPACE(sizeof(struct in6_pktinfo))];
    struct cmsghdr aligned;
  } control;
  struct iovec piece = {.iov_base = (void *)bytes, .iov_len = count};
  struct msghdr message = {.msg_name = (void *)to,
                           .msg_namelen = (socklen_t)to_size,
                           .msg_iov = &piece,
                           .msg_iovlen = 1};
  memset(&control, 0, sizeof control);
  if (from != NULL && from->sa_family == AF_INET) {
    struct in_pktinfo info = {.ipi_spec_dst = ((const struct sockaddr_in *)from)->sin_addr};
    message.msg_control = control.bytes;
    message.msg_controllen = CMSG_SPACE(sizeof info);
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = IPPROTO_IP;
    header->cmsg_type = IP_PKTINFO;
    header->cmsg_len = CMSG_LEN(sizeof info);
    memcpy(CMSG_DATA(header), &info, sizeof info);
  } else if (from != NULL && from->sa_family == AF_INET6) {
    struct in6_pktinfo info = {.ipi6_addr = ((const struct sockaddr_in6 *)from)->sin6_addr,
                               .ipi6_ifindex = interface};
    message.msg_control = control.bytes;
    message.msg_controllen = CMSG_SPACE(sizeof info);
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = IPPROTO_IPV6;
    header->cmsg_type = IPV6_PKTINFO;
    header->cmsg_len = CMSG_LEN(sizeof info);
    memcpy(CMSG_DATA(header), &info, sizeof info);
  }
  ssize_t sent = sendmsg(descriptor, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  return sent < 0 ? errno : 0;
}
