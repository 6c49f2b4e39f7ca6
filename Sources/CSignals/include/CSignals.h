// Signals of the process as bytes in a pipe, from the moment of the call on, whichever thread they come to. They
// decide nothing.
#ifndef METERGATE_CSIGNALS_H
#define METERGATE_CSIGNALS_H

// A pipe, closed at exec: descriptors[0] is read, and waits; descriptors[1] is written, and does not wait. -1 with
// the reason in errno when there is none.
int signals_open(int descriptors[2]);

// From now on the signal writes its number into the descriptor as a byte; -1: its usual effect. Gives -1 when there
// is no such signal.
int signals_catch(int number, int descriptor);

// Lets the signal come to the calling thread, whatever it has inherited.
void signals_admit(int number);

#endif
