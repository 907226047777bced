/* report.h: what DEBUG.memoryReport() is made of. Natives of debug.nyash. */
#ifndef NYASH_REPORT_H
#define NYASH_REPORT_H

#include "include/nyash.h"

int64_t ny_report_live(void);
int64_t ny_report_bytes(void);
int64_t ny_report_allocated(void);
int64_t ny_report_freed(void);
int64_t ny_report_finalised(void);
ny_word ny_report_boxes(void);   /* Map: Box name to live Boxes */
ny_word ny_report_handles(void); /* Map: socket, file, timer, task to open ones */
ny_word ny_report_trace(ny_word value);

#endif
