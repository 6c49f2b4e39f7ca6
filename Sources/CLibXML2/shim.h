// What MeterFiles uses of libxml2.
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlerror.h>
#include <libxml/xmlsave.h>
#include <libxml/xmlreader.h>
#include <libxml/globals.h>

static inline void clibxml2_ignore(void *context, const char *message, ...) {
  (void)context;
  (void)message;
}

// Has libxml2 tell only those who ask. By itself it writes some of what it meets to standard error, bytes of the
// file included, which may be those of a key.
static inline void clibxml2_silence(void) {
  xmlSetGenericErrorFunc(NULL, clibxml2_ignore);
  xmlThrDefSetGenericErrorFunc(NULL, clibxml2_ignore);
}
