/*
 * The control socket's protocol: how many bytes a request may have, where the socket is.
 */
#ifndef LEADSPOOL_SPOOL_SERVER_H
#define LEADSPOOL_SPOOL_SERVER_H

#define CONTROL_SOCKET "var/run/socket"
#define CONTROL_REQUEST_MOST 65536

#endif
