// Written by scripts/webfiles from files/manifest.txt.
#include "CWebFiles.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char file0[] = {
#embed "files/index.html"
};

static const struct webfile files[] = {
    {"/index.html", "text/html; charset=utf-8", file0, sizeof file0},
};

const struct webfile *webfile_at(size_t index) {
  return index < sizeof files / sizeof *files ? &files[index] : NULL;
}
