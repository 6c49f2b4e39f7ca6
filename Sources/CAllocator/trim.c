#define _GNU_SOURCE
#include <link.h>
#include <malloc.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "CAllocator.h"

/* Beyond this size a block is a mapping of its own, which goes back when it is freed. */
enum { LARGE_BLOCK = 256 * 1024, FREE_END = 128 * 1024 };

/* Before there are threads: each would have an arena of its own by the time that main is called. */
__attribute__((constructor)) static void keep_small(void) {
  /* One arena: what is free at the end of others malloc_trim does not give back. */
  mallopt(M_ARENA_MAX, 1);
  /* Both, once set, no longer grow with the largest block that has been freed. */
  mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK);
  mallopt(M_TRIM_THRESHOLD, FREE_END);
}

/* Segments that are never written can be read from the file again. */
static int drop_segments(struct dl_phdr_info *object, size_t size, void *context) {
  (void)size;
  (void)context;
  const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  for (int index = 0; index < object->dlpi_phnum; index++) {
    const ElfW(Phdr) *segment = &object->dlpi_phdr[index];
    if (segment->p_type != PT_LOAD || (segment->p_flags & PF_W) != 0) continue;
    const uintptr_t start = object->dlpi_addr + segment->p_vaddr;
    const uintptr_t first = (start + page - 1) / page * page;
    const uintptr_t end = (start + segment->p_filesz) / page * page;
    if (first < end) madvise((void *)first, end - first, MADV_DONTNEED);
  }
  return 0;
}

void memory_trim(void) {
  malloc_trim(0);
  dl_iterate_phdr(drop_segments, NULL);
}

unsigned long heap_in_use(void) {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}
