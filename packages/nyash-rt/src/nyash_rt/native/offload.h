/* offload.h: a small pool of helper threads for system calls that may block (files, host names).
   Jobs are declared in nyash_io.h, for the native code of all providers. */
#ifndef NYASH_OFFLOAD_H
#define NYASH_OFFLOAD_H

#include "task.h"

#endif
