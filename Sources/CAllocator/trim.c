#include <malloc.h>

#include "CAllocator.h"

void allocator_trim(void) { malloc_trim(0); }
