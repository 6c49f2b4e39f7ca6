#ifndef METERGATE_CALLOCATOR_H
#define METERGATE_CALLOCATOR_H

/* What the Glibc module of Swift lacks: gives free memory of all arenas back to the system. */
void allocator_trim(void);

#endif
