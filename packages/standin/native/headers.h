/* The headers of the CA's databases, as they lie on the disk. */
#ifndef HEADERS_H
#define HEADERS_H

#include "certadm.h"

/* Changes a header page; its checksum is taken care of. */
typedef void (*HeaderChange)(unsigned char *page, const void *what);

/* Changes both headers of every database. Damaged ones stay as they are, as do files that are served as they
   are. Under the CA's lock. */
HRESULT update_headers(HeaderChange change, const void *what);

/* Whether `test` is true of the headers of all databases. */
int all_headers(int (*test)(const unsigned char *page, void *context), void *context);

#endif
