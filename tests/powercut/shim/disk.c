/* Preloaded into a child: writes down every change of files below USHER_DISK_ROOT, in order, and fails chosen
 * calls. Knows no file format. One lock around each call and its record, so that the order written is the order
 * in which things happened. The record's format is read by ../src/tape.rs. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define MAX_FDS 4096
#define MARKS 1 /* what a child tells: acknowledgements */
#define WATCHED 2

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int tape = -1;
static char root[4096], marks[4096];
static size_t root_len;
static char kind_of_fd[MAX_FDS];

/* What fails: USHER_DISK_FAIL = "sync:K:EIO", "write:K:ENOSPC", "write:K:EIO", "write:K:SHORT"; with "+" behind
 * K every later one too. */
static char fail_call[16], fail_how[16];
static long fail_at = -1, calls_seen = 0;
static int fail_on = 0;

static int (*real_open)(const char *, int, ...);
static int (*real_openat)(int, const char *, int, ...);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_ftruncate)(int, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_unlink)(const char *);
static int (*real_rename)(const char *, const char *);
static int (*real_mkdir)(const char *, mode_t);
static int (*real_close)(int);

static void die(const char *what) {
    dprintf(2, "disk shim: %s\n", what);
    _exit(97);
}

static void put(const void *data, size_t len) {
    const char *at = data;
    while (len > 0) {
        ssize_t done = syscall(SYS_write, tape, at, len);
        if (done <= 0) die("the tape cannot be written");
        at += done;
        len -= (size_t)done;
    }
}

/* op, file number, offset, length of data, data; little-endian as the machine is. */
static void record(char op, uint64_t file, uint64_t offset, const void *data, uint32_t len) {
    char head[21];
    head[0] = op;
    memcpy(head + 1, &file, 8);
    memcpy(head + 9, &offset, 8);
    memcpy(head + 17, &len, 4);
    put(head, sizeof head);
    if (len > 0) put(data, len);
}

__attribute__((constructor)) static void begin(void) {
    real_open = dlsym(RTLD_NEXT, "open");
    real_openat = dlsym(RTLD_NEXT, "openat");
    real_write = dlsym(RTLD_NEXT, "write");
    real_pwrite = dlsym(RTLD_NEXT, "pwrite");
    real_ftruncate = dlsym(RTLD_NEXT, "ftruncate");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    real_unlink = dlsym(RTLD_NEXT, "unlink");
    real_rename = dlsym(RTLD_NEXT, "rename");
    real_mkdir = dlsym(RTLD_NEXT, "mkdir");
    real_close = dlsym(RTLD_NEXT, "close");
    const char *path = getenv("USHER_DISK_TAPE"), *of = getenv("USHER_DISK_ROOT"), *told = getenv("USHER_DISK_MARKS");
    if (!path || !of || !told) return;
    strncpy(root, of, sizeof root - 1);
    strncpy(marks, told, sizeof marks - 1);
    root_len = strlen(root);
    tape = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (tape < 0) die("no tape");
    const char *fail = getenv("USHER_DISK_FAIL");
    if (fail) {
        char plus = 0;
        if (sscanf(fail, "%15[a-z]:%ld%c", fail_call, &fail_at, &plus) < 2) die("USHER_DISK_FAIL is not understood");
        const char *how = strrchr(fail, ':') + 1;
        strncpy(fail_how, how, sizeof fail_how - 1);
        fail_on = plus == '+';
    }
}

static int below_root(const char *path) {
    return tape >= 0 && strncmp(path, root, root_len) == 0 && (path[root_len] == '/' || path[root_len] == 0);
}

static int is_kind(int fd, char kind) {
    return tape >= 0 && fd >= 0 && fd < MAX_FDS && kind_of_fd[fd] == kind;
}

static uint64_t number_of(int fd) {
    struct stat status;
    if (fstat(fd, &status) != 0) die("fstat");
    return (uint64_t)status.st_ino;
}

/* 0: go on; else an errno, or -1 for a short write. Called with the lock held. */
static int failing(const char *call, uint64_t file) {
    if (fail_at < 0 || strcmp(call, fail_call) != 0) return 0;
    long number = ++calls_seen;
    if (number != fail_at && !(fail_on && number > fail_at)) return 0;
    record('F', file, (uint64_t)number, fail_how, (uint32_t)strlen(fail_how));
    if (strcmp(fail_how, "EIO") == 0) return EIO;
    if (strcmp(fail_how, "ENOSPC") == 0) return ENOSPC;
    if (strcmp(fail_how, "SHORT") == 0) return -1;
    die("an error that nobody knows");
    return 0;
}

static int opened(int fd, const char *path, int flags, int was_there) {
    if (fd < 0) return fd;
    if (fd >= MAX_FDS) die("too many files");
    kind_of_fd[fd] = 0;
    if (tape >= 0 && strcmp(path, marks) == 0) kind_of_fd[fd] = MARKS;
    if (below_root(path)) {
        kind_of_fd[fd] = WATCHED;
        char op = was_there ? 'o' : 'O';
        record(op, number_of(fd), 0, path, (uint32_t)strlen(path));
        if (was_there && (flags & O_TRUNC)) record('T', number_of(fd), 0, NULL, 0);
    }
    return fd;
}

static int open_any(int dir, const char *path, int flags, mode_t mode) {
    if (tape < 0 || (path[0] == '/' && !below_root(path) && strcmp(path, marks) != 0)) {
        int fd = real_openat(dir, path, flags, mode);
        if (fd >= 0 && fd < MAX_FDS) kind_of_fd[fd] = 0;
        return fd;
    }
    struct stat status;
    pthread_mutex_lock(&lock);
    int was_there = fstatat(dir, path, &status, 0) == 0;
    int fd = opened(real_openat(dir, path, flags, mode), path, flags, was_there);
    int error = errno;
    pthread_mutex_unlock(&lock);
    errno = error;
    return fd;
}

#define MODE_OF(flags, mode)                                                                                          \
    mode_t mode = 0;                                                                                                   \
    if ((flags) & (O_CREAT | __O_TMPFILE)) {                                                                           \
        va_list rest;                                                                                                  \
        va_start(rest, flags);                                                                                         \
        mode = va_arg(rest, mode_t);                                                                                   \
        va_end(rest);                                                                                                  \
    }

int open(const char *path, int flags, ...) {
    MODE_OF(flags, mode)
    return open_any(AT_FDCWD, path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    MODE_OF(flags, mode)
    return open_any(AT_FDCWD, path, flags, mode);
}

int openat(int dir, const char *path, int flags, ...) {
    MODE_OF(flags, mode)
    return open_any(dir, path, flags, mode);
}

int openat64(int dir, const char *path, int flags, ...) {
    MODE_OF(flags, mode)
    return open_any(dir, path, flags, mode);
}

int close(int fd) {
    if (fd >= 0 && fd < MAX_FDS) kind_of_fd[fd] = 0;
    return real_close(fd);
}

static ssize_t write_any(int fd, const void *data, size_t len, off_t at) {
    pthread_mutex_lock(&lock);
    off_t offset = at >= 0 ? at : lseek(fd, 0, SEEK_CUR);
    int fault = failing("write", number_of(fd));
    ssize_t done = -1;
    if (fault > 0) errno = fault;
    else {
        if (fault < 0) len = len > 1 ? len / 2 : len;
        done = at >= 0 ? real_pwrite(fd, data, len, at) : real_write(fd, data, len);
    }
    int error = errno;
    if (done > 0) record('W', number_of(fd), (uint64_t)offset, data, (uint32_t)done);
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}

ssize_t write(int fd, const void *data, size_t len) {
    if (is_kind(fd, WATCHED)) return write_any(fd, data, len, -1);
    ssize_t done = real_write(fd, data, len);
    if (done > 0 && is_kind(fd, MARKS)) {
        pthread_mutex_lock(&lock);
        record('A', 0, 0, data, (uint32_t)done);
        pthread_mutex_unlock(&lock);
    }
    return done;
}

ssize_t pwrite(int fd, const void *data, size_t len, off_t at) {
    return is_kind(fd, WATCHED) ? write_any(fd, data, len, at) : real_pwrite(fd, data, len, at);
}

ssize_t pwrite64(int fd, const void *data, size_t len, off_t at) { return pwrite(fd, data, len, at); }

ssize_t writev(int fd, const struct iovec *parts, int count) {
    ssize_t all = 0;
    for (int part = 0; part < count; part++) {
        ssize_t done = write(fd, parts[part].iov_base, parts[part].iov_len);
        if (done < 0) return all > 0 ? all : done;
        all += done;
        if ((size_t)done < parts[part].iov_len) break;
    }
    return all;
}

int ftruncate(int fd, off_t len) {
    if (!is_kind(fd, WATCHED)) return real_ftruncate(fd, len);
    pthread_mutex_lock(&lock);
    int done = real_ftruncate(fd, len);
    int error = errno;
    if (done == 0) record('T', number_of(fd), (uint64_t)len, NULL, 0);
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}

int ftruncate64(int fd, off_t len) { return ftruncate(fd, len); }

/* A failed sync ends as it does in Linux: the error is told once, the pages count as clean from then on. */
static int sync_any(int fd, int (*real)(int)) {
    if (!is_kind(fd, WATCHED)) return real(fd);
    pthread_mutex_lock(&lock);
    uint64_t file = number_of(fd);
    int fault = failing("sync", file);
    int done = fault ? -1 : real(fd);
    int error = fault ? fault : errno;
    record(done == 0 ? 'S' : 'X', file, 0, NULL, 0);
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}

int fsync(int fd) { return sync_any(fd, real_fsync); }
int fdatasync(int fd) { return sync_any(fd, real_fdatasync); }

int unlink(const char *path) {
    if (!below_root(path)) return real_unlink(path);
    pthread_mutex_lock(&lock);
    int done = real_unlink(path);
    int error = errno;
    if (done == 0) record('U', 0, 0, path, (uint32_t)strlen(path));
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}

int rename(const char *from, const char *to) {
    if (!below_root(from) && !below_root(to)) return real_rename(from, to);
    pthread_mutex_lock(&lock);
    int done = real_rename(from, to);
    int error = errno;
    if (done == 0) {
        char both[8192];
        int len = snprintf(both, sizeof both, "%s%c%s", from, 0, to);
        record('R', 0, 0, both, (uint32_t)len);
    }
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}

int mkdir(const char *path, mode_t mode) {
    if (!below_root(path)) return real_mkdir(path, mode);
    pthread_mutex_lock(&lock);
    int done = real_mkdir(path, mode);
    int error = errno;
    if (done == 0) {
        struct stat status;
        if (stat(path, &status) != 0) die("stat of a new folder");
        record('M', (uint64_t)status.st_ino, 0, path, (uint32_t)strlen(path));
    }
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}

/* Ways around write(): refused, so that callers fall back to it. */
ssize_t copy_file_range(int in, off_t *in_at, int out, off_t *out_at, size_t len, unsigned flags) {
    (void)in, (void)in_at, (void)out, (void)out_at, (void)len, (void)flags;
    errno = ENOSYS;
    return -1;
}
ssize_t sendfile(int out, int in, off_t *at, size_t len) {
    (void)out, (void)in, (void)at, (void)len;
    errno = ENOSYS;
    return -1;
}
ssize_t sendfile64(int out, int in, off_t *at, size_t len) { return sendfile(out, in, at, len); }
ssize_t splice(int in, off_t *in_at, int out, off_t *out_at, size_t len, unsigned flags) {
    (void)in, (void)in_at, (void)out, (void)out_at, (void)len, (void)flags;
    errno = ENOSYS;
    return -1;
}
