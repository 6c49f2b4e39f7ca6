// Written by scripts/webfiles from files/manifest.txt.
#include "CWebFiles.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char file0[] = {
#embed "files/api.js"
};

static const unsigned char file1[] = {
#embed "files/app.js"
};

static const unsigned char file2[] = {
#embed "files/bus.js"
};

static const unsigned char file3[] = {
#embed "files/columns.js"
};

static const unsigned char file4[] = {
#embed "files/dialog.js"
};

static const unsigned char file5[] = {
#embed "files/dom.js"
};

static const unsigned char file6[] = {
#embed "files/events.js"
};

static const unsigned char file7[] = {
#embed "files/fields.js"
};

static const unsigned char file8[] = {
#embed "files/i18n.js"
};

static const unsigned char file9[] = {
#embed "files/icon.svg"
};

static const unsigned char file10[] = {
#embed "files/index.html"
};

static const unsigned char file11[] = {
#embed "files/log.js"
};

static const unsigned char file12[] = {
#embed "files/login.js"
};

static const unsigned char file13[] = {
#embed "files/lost.js"
};

static const unsigned char file14[] = {
#embed "files/matching.js"
};

static const unsigned char file15[] = {
#embed "files/menu.js"
};

static const unsigned char file16[] = {
#embed "files/messages-de.js"
};

static const unsigned char file17[] = {
#embed "files/meter.js"
};

static const unsigned char file18[] = {
#embed "files/meterdialogs.js"
};

static const unsigned char file19[] = {
#embed "files/meterrows.js"
};

static const unsigned char file20[] = {
#embed "files/moment.js"
};

static const unsigned char file21[] = {
#embed "files/outputs.js"
};

static const unsigned char file22[] = {
#embed "files/overview.js"
};

static const unsigned char file23[] = {
#embed "files/print.css"
};

static const unsigned char file24[] = {
#embed "files/print.html"
};

static const unsigned char file25[] = {
#embed "files/print.js"
};

static const unsigned char file26[] = {
#embed "files/scanbar.js"
};

static const unsigned char file27[] = {
#embed "files/sections.js"
};

static const unsigned char file28[] = {
#embed "files/service.js"
};

static const unsigned char file29[] = {
#embed "files/session.js"
};

static const unsigned char file30[] = {
#embed "files/settings.js"
};

static const unsigned char file31[] = {
#embed "files/shell.js"
};

static const unsigned char file32[] = {
#embed "files/store.js"
};

static const unsigned char file33[] = {
#embed "files/style.css"
};

static const unsigned char file34[] = {
#embed "files/tabs.css"
};

static const unsigned char file35[] = {
#embed "files/telegram.js"
};

static const unsigned char file36[] = {
#embed "files/texts-de.js"
};

static const unsigned char file37[] = {
#embed "files/texts-en.js"
};

static const unsigned char file38[] = {
#embed "files/treetable.js"
};

static const unsigned char file39[] = {
#embed "files/users.js"
};

static const unsigned char file40[] = {
#embed "files/value.js"
};

static const unsigned char file41[] = {
#embed "files/words-de.js"
};

static const struct webfile files[] = {
    {"/api.js", "text/javascript; charset=utf-8", file0, sizeof file0},
    {"/app.js", "text/javascript; charset=utf-8", file1, sizeof file1},
    {"/bus.js", "text/javascript; charset=utf-8", file2, sizeof file2},
    {"/columns.js", "text/javascript; charset=utf-8", file3, sizeof file3},
    {"/dialog.js", "text/javascript; charset=utf-8", file4, sizeof file4},
    {"/dom.js", "text/javascript; charset=utf-8", file5, sizeof file5},
    {"/events.js", "text/javascript; charset=utf-8", file6, sizeof file6},
    {"/fields.js", "text/javascript; charset=utf-8", file7, sizeof file7},
    {"/i18n.js", "text/javascript; charset=utf-8", file8, sizeof file8},
    {"/icon.svg", "image/svg+xml", file9, sizeof file9},
    {"/index.html", "text/html; charset=utf-8", file10, sizeof file10},
    {"/log.js", "text/javascript; charset=utf-8", file11, sizeof file11},
    {"/login.js", "text/javascript; charset=utf-8", file12, sizeof file12},
    {"/lost.js", "text/javascript; charset=utf-8", file13, sizeof file13},
    {"/matching.js", "text/javascript; charset=utf-8", file14, sizeof file14},
    {"/menu.js", "text/javascript; charset=utf-8", file15, sizeof file15},
    {"/messages-de.js", "text/javascript; charset=utf-8", file16, sizeof file16},
    {"/meter.js", "text/javascript; charset=utf-8", file17, sizeof file17},
    {"/meterdialogs.js", "text/javascript; charset=utf-8", file18, sizeof file18},
    {"/meterrows.js", "text/javascript; charset=utf-8", file19, sizeof file19},
    {"/moment.js", "text/javascript; charset=utf-8", file20, sizeof file20},
    {"/outputs.js", "text/javascript; charset=utf-8", file21, sizeof file21},
    {"/overview.js", "text/javascript; charset=utf-8", file22, sizeof file22},
    {"/print.css", "text/css; charset=utf-8", file23, sizeof file23},
    {"/print.html", "text/html; charset=utf-8", file24, sizeof file24},
    {"/print.js", "text/javascript; charset=utf-8", file25, sizeof file25},
    {"/scanbar.js", "text/javascript; charset=utf-8", file26, sizeof file26},
    {"/sections.js", "text/javascript; charset=utf-8", file27, sizeof file27},
    {"/service.js", "text/javascript; charset=utf-8", file28, sizeof file28},
    {"/session.js", "text/javascript; charset=utf-8", file29, sizeof file29},
    {"/settings.js", "text/javascript; charset=utf-8", file30, sizeof file30},
    {"/shell.js", "text/javascript; charset=utf-8", file31, sizeof file31},
    {"/store.js", "text/javascript; charset=utf-8", file32, sizeof file32},
    {"/style.css", "text/css; charset=utf-8", file33, sizeof file33},
    {"/tabs.css", "text/css; charset=utf-8", file34, sizeof file34},
    {"/telegram.js", "text/javascript; charset=utf-8", file35, sizeof file35},
    {"/texts-de.js", "text/javascript; charset=utf-8", file36, sizeof file36},
    {"/texts-en.js", "text/javascript; charset=utf-8", file37, sizeof file37},
    {"/treetable.js", "text/javascript; charset=utf-8", file38, sizeof file38},
    {"/users.js", "text/javascript; charset=utf-8", file39, sizeof file39},
    {"/value.js", "text/javascript; charset=utf-8", file40, sizeof file40},
    {"/words-de.js", "text/javascript; charset=utf-8", file41, sizeof file41},
};

const struct webfile *webfile_at(size_t index) {
  return index < sizeof files / sizeof *files ? &files[index] : NULL;
}
