// Calls of the kernel that Glibc's overlay lacks: waiting for many sockets at once, waking up who waits, and
// its thread's name. They decide nothing. All give -1 when they fail, with the reason in errno.
#ifndef METERGATE_CEPOLL_H
#define METERGATE_CEPOLL_H

#include <stdbool.h>
#include <stdint.h>

// epoll_create1, closed at exec.
int epoll_open(void);

// EPOLL_CTL_ADD or EPOLL_CTL_MOD: waits for data (or the end of them), or for room, each as long as there is any. `tag` is
// the name of the descriptor in `epoll_await`.
int epoll_watch(int epoll, int descriptor, uint64_t tag, bool is_new, bool for_room);

// EPOLL_CTL_DEL: without it a descriptor would be watched on as long as another process has it.
int epoll_forget(int epoll, int descriptor);

// epoll_wait without a time limit: the names of descriptors at which something has happened, be it data, room,
// an end or an error. Gives how many there are, at most `limit` and EPOLL_AWAIT_LIMIT.
int epoll_await(int epoll, uint64_t *tags, int limit);
#define EPOLL_AWAIT_LIMIT 64

// eventfd, closed at exec, without waiting.
int wake_open(void);
// Makes it ready.
int wake_up(int descriptor);
// Makes it not ready any more.
int wake_clear(int descriptor);

// pthread_setname_np: what the calling thread is called where threads are listed; at most 15 bytes.
int thread_name(const char *name);

#endif
