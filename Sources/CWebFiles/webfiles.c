#include "CWebFiles.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char index_html[] = {
#embed "files/index.html"
};

static const struct webfile files[] = {
    {"/index.html", "text/html; charset=utf-8", index_html, sizeof index_html},
};

const struct webfile *webfile_at(size_t index) {
  return index < sizeof files / sizeof *files ? &files[index] : NULL;
}
