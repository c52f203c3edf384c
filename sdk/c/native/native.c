/* All of the SDK for a test that runs natively: one file to compile. */
#ifndef BATON_NAME
#define BATON_NAME "skill"
#define BATON_VERSION "0.1.0"
#endif
/* Outside of WebAssembly nothing is exported. */
#define export_name(name) used

#include "../answer.c"
#include "../arena.c"
#include "../capabilities.c"
#include "../json.c"
#include "../manifest.c"
#include "../memory.c"
#include "../text.c"

#include "desk.c"
#include "host.c"
