#ifndef METERGATE_CALLOCATOR_H
#define METERGATE_CALLOCATOR_H

/* What the Glibc module of Swift lacks. Programs that link this give the memory of large blocks back as soon
   as they are free. */

/* Gives back to the system what a large piece of work has left: free memory, and the pages of programs and
   libraries that were used for it. Those that are needed again come back from the system's file cache. */
void memory_trim(void);

/* From now on the objects are counted that the Swift runtime allocates: arrays, texts and boxes, which is nearly
   everything. It makes each a little slower, and is for measurements only. */
void count_objects(void);

/* How many there have been since. */
unsigned long objects_allocated(void);

#endif
