#ifndef METERGATE_CALLOCATOR_H
#define METERGATE_CALLOCATOR_H

/* What the Glibc module of Swift lacks. Programs that link this give the memory of large blocks back as soon
   as they are free. */

/* Gives back to the system what a large piece of work has left: free memory, and the pages of programs and
   libraries that were used for it. Those that are needed again come back from the system's file cache. */
void memory_trim(void);

/* How many bytes of the heap are in use. */
unsigned long heap_in_use(void);

#endif
