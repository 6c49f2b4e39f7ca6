#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "CEpoll.h"

int epoll_open(void) { return epoll_create1(EPOLL_CLOEXEC); }

int epoll_watch(int epoll, int descriptor, uint64_t tag, bool is_new, bool for_room) {
  struct epoll_event event = {.events = for_room ? EPOLLOUT : EPOLLIN, .data.u64 = tag};
  return epoll_ctl(epoll, is_new ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, descriptor, &event);
}

int epoll_forget(int epoll, int descriptor) {
  struct epoll_event unused = {0};
  return epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, &unused);
}

int epoll_await(int epoll, uint64_t *tags, int limit) {
  struct epoll_event events[EPOLL_AWAIT_LIMIT];
  int count = epoll_wait(epoll, events, limit < EPOLL_AWAIT_LIMIT ? limit : EPOLL_AWAIT_LIMIT, -1);
  for (int i = 0; i < count; i++) tags[i] = events[i].data.u64;
  return count;
}

int wake_open(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

int wake_up(int descriptor) { return eventfd_write(descriptor, 1); }

int wake_clear(int descriptor) {
  eventfd_t value;
  return eventfd_read(descriptor, &value);
}

int thread_name(const char *name) {
  int code = pthread_setname_np(pthread_self(), name);
  if (code == 0) return 0;
  errno = code;
  return -1;
}
