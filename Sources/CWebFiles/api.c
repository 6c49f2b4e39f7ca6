#include "CWebFiles.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char openapi[] = {
#embed "api/openapi.json"
};

static const struct webfile api = {
    "/api/v1/openapi.json", "application/json; charset=utf-8", openapi, sizeof openapi};

const struct webfile *webfile_api(void) { return &api; }
