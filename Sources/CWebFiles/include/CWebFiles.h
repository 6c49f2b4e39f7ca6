#ifndef CWEBFILES_H
#define CWEBFILES_H

#include <stddef.h>

/// A file of the web page, as it is in the program.
struct webfile {
  const char *_Nonnull path;
  const char *_Nonnull type;
  const unsigned char *_Nonnull bytes;
  size_t length;
};

/// The file at a place; NULL behind the last one.
const struct webfile *_Nullable webfile_at(size_t index);

/// What describes the API: openapi.json.
const struct webfile *_Nonnull webfile_api(void);

#endif
