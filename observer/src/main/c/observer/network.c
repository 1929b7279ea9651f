/* Addresses that are asked for or spoken to. */
#include "observer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

/* 203.0.113.5:443, [2001:db8::1]:443, unix:/run/x.sock */
static bool readable(const struct sockaddr *address, socklen_t length, char *text, size_t size) {
    char host[INET6_ADDRSTRLEN];
    if (!address) return false;
    if (address->sa_family == AF_INET && length >= sizeof(struct sockaddr_in)) {
        const struct sockaddr_in *in = (const struct sockaddr_in *)address;
        if (!inet_ntop(AF_INET, &in->sin_addr, host, sizeof host)) return false;
        snprintf(text, size, "%s:%u", host, (unsigned)ntohs(in->sin_port));
        return true;
    }
    if (address->sa_family == AF_INET6 && length >= sizeof(struct sockaddr_in6)) {
        const struct sockaddr_in6 *in = (const struct sockaddr_in6 *)address;
        if (!inet_ntop(AF_INET6, &in->sin6_addr, host, sizeof host)) return false;
        snprintf(text, size, "[%s]:%u", host, (unsigned)ntohs(in->sin6_port));
        return true;
    }
    if (address->sa_family == AF_UNIX && length > offsetof(struct sockaddr_un, sun_path)) {
        const struct sockaddr_un *local = (const struct sockaddr_un *)address;
        int name = (int)(length - offsetof(struct sockaddr_un, sun_path));
        if (local->sun_path[0]) snprintf(text, size, "unix:%.*s", name, local->sun_path);
        else snprintf(text, size, "unix:@%.*s", name - 1, local->sun_path + 1);
        return true;
    }
    return false;
}

static void tell_address(const char *kind, const struct sockaddr *address, socklen_t length) {
    if (!observing()) return;
    int saved = errno;
    char text[256];
    if (readable(address, length, text, sizeof text)) tell(kind, text);
    errno = saved;
}

HOOK int connect(int socket, const struct sockaddr *address, socklen_t length) {
    tell_address("CONNECT", address, length);
    return REAL(connect)(socket, address, length);
}

HOOK ssize_t sendto(
    int socket, const void *data, size_t size, int flags, const struct sockaddr *address, socklen_t length) {
    if (address) tell_address("SEND", address, length);
    return REAL(sendto)(socket, data, size, flags, address, length);
}

HOOK ssize_t sendmsg(int socket, const struct msghdr *message, int flags) {
    if (message && message->msg_name) tell_address("SEND", message->msg_name, message->msg_namelen);
    return REAL(sendmsg)(socket, message, flags);
}

/* What a job listens to, its own processes may ask. */
HOOK int listen(int socket, int backlog) {
    int result = REAL(listen)(socket, backlog);
    if (result == 0) {
        struct sockaddr_storage address;
        socklen_t length = sizeof address;
        if (getsockname(socket, (struct sockaddr *)&address, &length) == 0)
            tell_address("LISTEN", (struct sockaddr *)&address, length);
    }
    return result;
}

HOOK int getaddrinfo(
    const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **result) {
    if (name && !(hints && (hints->ai_flags & AI_NUMERICHOST))) tell("RESOLVE", name);
    return REAL(getaddrinfo)(name, service, hints, result);
}

HOOK struct hostent *gethostbyname(const char *name) {
    if (name) tell("RESOLVE", name);
    return REAL(gethostbyname)(name);
}

HOOK int gethostbyname_r(
    const char *name, struct hostent *entry, char *buffer, size_t size, struct hostent **result, int *error) {
    if (name) tell("RESOLVE", name);
    return REAL(gethostbyname_r)(name, entry, buffer, size, result, error);
}
