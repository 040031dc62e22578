/*
 * Each wall of the sandbox, tried by a child that stands behind it.
 *
 * A child ends with 0 when the wall held in the way it should, and with another code or a signal otherwise.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/files.h"
#include "base/sandbox.h"

static int kept; /* a memory file with "evidence" in it, open in every child */
static int left; /* another descriptor that must be closed */

static struct sandbox_limits usual(void)
{
    return (struct sandbox_limits){.cpu_seconds = 5, .memory_mebibytes = 64, .keep = &kept, .keep_count = 1};
}

/* The wait status of a child that does `act` behind the walls. */
static int behind(struct sandbox_limits limits, int (*act)(void))
{
    struct error error = ERROR_NONE;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (!sandbox_enter(&limits, &error)) {
            fprintf(stderr, "%s\n", error.text);
            _exit(99);
        }
        _exit(act());
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void holds(int status)
{
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* Killed by the filter, or refused with EPERM where the sanitizer runs. */
static void is_impossible(int status)
{
    if (WIFSIGNALED(status))
        assert_int_equal(WTERMSIG(status), SIGSYS);
    else
        holds(status);
}

static int make_socket(void)
{
    return socket(AF_INET, SOCK_STREAM, 0) < 0 ? 0 : 1;
}

static int run_program(void)
{
    char *const words[] = {(char *)(uintptr_t) "/bin/true", NULL};
    execv("/bin/true", words);
    return 0;
}

static int fork_again(void)
{
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    return child < 0 ? 0 : 1;
}

static int signal_parent(void)
{
    return kill(getppid(), 0) < 0 ? 0 : 1;
}

static int open_files(void)
{
    struct stat status;
    const char *const names[] = {"/etc/passwd", "/proc/self/maps", "/dev/null", "."};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (open(names[i], O_RDONLY) >= 0 || errno != EACCES)
            return 1;
        if (stat(names[i], &status) == 0 || errno != EACCES)
            return 2;
    }
    return open("/tmp/never", O_WRONLY | O_CREAT, 0600) >= 0 ? 3 : 0;
}

static int use_descriptors(void)
{
    char text[9] = "";
    struct stat status;
    if (pread(kept, text, 8, 0) != 8 || strcmp(text, "evidence") != 0)
        return 1;
    if (fstat(kept, &status) != 0 || status.st_size != 8)
        return 2;
    const char *view = mmap(NULL, 8, PROT_READ, MAP_PRIVATE, kept, 0);
    if (view == MAP_FAILED || memcmp(view, "evidence", 8) != 0)
        return 3;
    int answer = memory_file("answer", "done", 4, NULL);
    if (answer < 0 || pread(answer, text, 4, 0) != 4)
        return 4;
    /* closed, not merely unused */
    return pread(left, text, 1, 0) < 0 && errno == EBADF && write(STDOUT_FILENO, "x", 1) < 0 ? 0 : 5;
}

static int take_memory(void)
{
    /* within the limit it is there, beyond it is not */
    char *some = malloc(16 << 20);
    if (some == NULL)
        return 1;
    memset(some, 1, 16 << 20);
    free(some);
    return malloc((size_t)200 << 20) == NULL ? 0 : 2;
}

static int make_code(void)
{
    return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? 0 : 1;
}

static int write_too_much(void)
{
    static char block[1 << 20];
    int file = memfd_create("much", 0);
    for (int i = 0; i < 3; i++)
        if (write(file, block, sizeof block) != (ssize_t)sizeof block)
            return 0;
    return 1;
}

static int loop_for_ever(void)
{
    for (volatile unsigned i = 0; i < 10; i = i == 9 ? 0 : i + 1)
        continue;
    return 1;
}

static int end_itself(void)
{
    abort();
}

static void *add_up(void *sum)
{
    *(int *)sum += 21;
    return NULL;
}

static int use_threads(void)
{
    int sums[2] = {0, 0};
    pthread_t threads[2];
    for (int i = 0; i < 2; i++)
        if (pthread_create(&threads[i], NULL, add_up, &sums[i]) != 0)
            return 1;
    for (int i = 0; i < 2; i++)
        if (pthread_join(threads[i], NULL) != 0)
            return 2;
    return sums[0] + sums[1] == 42 ? 0 : 3;
}

static int wait_a_while(void)
{
    return poll(NULL, 0, 20000);
}

static void test_no_network(void **state)
{
    (void)state;
    is_impossible(behind(usual(), make_socket));
}

static void test_no_other_process(void **state)
{
    (void)state;
    is_impossible(behind(usual(), run_program));
    is_impossible(behind(usual(), fork_again));
    is_impossible(behind(usual(), signal_parent));
}

static void test_no_file_by_name(void **state)
{
    (void)state;
    holds(behind(usual(), open_files));
}

static void test_open_descriptors_work(void **state)
{
    (void)state;
    holds(behind(usual(), use_descriptors));
}

static void test_memory_has_a_limit(void **state)
{
    (void)state;
#ifdef __SANITIZE_ADDRESS__
    skip(); /* its shadow memory rules out a limit */
#endif
    holds(behind(usual(), take_memory));
}

static void test_memory_is_never_code(void **state)
{
    (void)state;
    is_impossible(behind(usual(), make_code));
}

static void test_output_has_a_limit(void **state)
{
    (void)state;
    struct sandbox_limits limits = usual();
    limits.file_mebibytes = 2;
    int status = behind(limits, write_too_much);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGXFSZ);
}

static void test_time_has_a_limit(void **state)
{
    (void)state;
    struct sandbox_limits limits = usual();
    limits.cpu_seconds = 1;
    int status = behind(limits, loop_for_ever);
    assert_true(WIFSIGNALED(status));
    assert_true(WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL);
}

/* The value of a line of /proc/PID/status, as a number in the given base; -1 without that line. */
static long long status_of(pid_t child, const char *name, int base)
{
    char path[64], line[256];
    long long value = -1;
    snprintf(path, sizeof path, "/proc/%d/status", (int)child);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return -1;
    while (value < 0 && fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, name, strlen(name)) == 0 && line[strlen(name)] == ':')
            value = strtoll(line + strlen(name) + 1, NULL, base);
    fclose(file);
    return value;
}

static void test_no_privilege_is_left(void **state)
{
    (void)state;
    struct sandbox_limits limits = usual();
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(sandbox_enter(&limits, NULL) ? wait_a_while() : 99);
    for (int i = 0; i < 2000 && status_of(child, "Seccomp", 10) != 2; i++)
        poll(NULL, 0, 5);
    long long filter = status_of(child, "Seccomp", 10), sealed = status_of(child, "NoNewPrivs", 10);
    long long effective = status_of(child, "CapEff", 16), permitted = status_of(child, "CapPrm", 16);
    long long bounding = status_of(child, "CapBnd", 16);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    assert_int_equal(filter, 2);
    assert_int_equal(sealed, 1);
    assert_int_equal(effective, 0);
    assert_int_equal(permitted, 0);
    if (geteuid() == 0)
        assert_int_equal(bounding, 0);
}

static void test_abort_ends_it(void **state)
{
    (void)state;
    int status = behind(usual(), end_itself);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
}

static void test_threads_only_when_asked_for(void **state)
{
    (void)state;
    struct sandbox_limits limits = usual();
    int status = behind(limits, use_threads);
    assert_false(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    limits.threads = true;
    limits.memory_mebibytes = 256;
    holds(behind(limits, use_threads));
}

/* --- one that serves --- */

static int channel[2];

static struct sandbox_limits serving(void)
{
    struct sandbox_limits limits = usual();
    limits.serves = true;
    limits.channel = channel[1];
    limits.descriptors = 8;
    return limits;
}

static int talk(void)
{
    char text[6] = "";
    struct iovec part = {.iov_base = text, .iov_len = sizeof text};
    struct msghdr header = {.msg_iov = &part, .msg_iovlen = 1};
    if (recvmsg(channel[1], &header, 0) != 6 || strcmp(text, "hello") != 0)
        return 1;
    return sendmsg(channel[1], &header, 0) == 6 ? 0 : 2;
}

static void test_one_that_serves_talks_over_its_channel(void **state)
{
    (void)state;
    char text[6] = "";
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, channel), 0);
    assert_int_equal(write(channel[0], "hello", 6), 6);
    holds(behind(serving(), talk));
    assert_int_equal(read(channel[0], text, 6), 6);
    assert_string_equal(text, "hello");
    close(channel[0]);
    close(channel[1]);
}

static int talk_elsewhere(void)
{
    struct iovec part = {.iov_base = (char *)(uintptr_t) "x", .iov_len = 1};
    struct msghdr header = {.msg_iov = &part, .msg_iovlen = 1};
    return sendmsg(kept, &header, 0) < 0 ? 0 : 1;
}

static int cannot_talk(void)
{
    return talk() == 1 ? 0 : 1;
}

static void test_one_that_serves_talks_over_nothing_else(void **state)
{
    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, channel), 0);
    is_impossible(behind(serving(), talk_elsewhere));
    is_impossible(behind(serving(), make_socket));
    is_impossible(behind(usual(), cannot_talk));
    close(channel[0]);
    close(channel[1]);
}

static int lower_and_raise(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_AS, &limit) != 0)
        return 1;
    rlim_t most = limit.rlim_max;
    limit.rlim_cur = most / 2;
    if (setrlimit(RLIMIT_AS, &limit) != 0)
        return 2;
    limit.rlim_cur = most;
    if (setrlimit(RLIMIT_AS, &limit) != 0)
        return 3;
    limit.rlim_max = RLIM_INFINITY;
    limit.rlim_cur = RLIM_INFINITY;
    return most == RLIM_INFINITY || setrlimit(RLIMIT_AS, &limit) != 0 ? 0 : 4;
}

static int raise_another(void)
{
    const struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
    return setrlimit(RLIMIT_FSIZE, &limit) != 0 ? 0 : 1;
}

static void test_one_that_serves_raises_no_limit(void **state)
{
    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, channel), 0);
    holds(behind(serving(), lower_and_raise));
    is_impossible(behind(serving(), raise_another));
    close(channel[0]);
    close(channel[1]);
}

static void test_children_are_independent(void **state)
{
    (void)state;
    /* the walls belong to the child alone: the parent still opens files */
    holds(behind(usual(), use_descriptors));
    int file = open("/dev/null", O_RDONLY | O_CLOEXEC);
    assert_true(file >= 0);
    close(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_network),
        cmocka_unit_test(test_no_other_process),
        cmocka_unit_test(test_no_file_by_name),
        cmocka_unit_test(test_open_descriptors_work),
        cmocka_unit_test(test_memory_has_a_limit),
        cmocka_unit_test(test_memory_is_never_code),
        cmocka_unit_test(test_output_has_a_limit),
        cmocka_unit_test(test_time_has_a_limit),
        cmocka_unit_test(test_no_privilege_is_left),
        cmocka_unit_test(test_abort_ends_it),
        cmocka_unit_test(test_threads_only_when_asked_for),
        cmocka_unit_test(test_one_that_serves_talks_over_its_channel),
        cmocka_unit_test(test_one_that_serves_talks_over_nothing_else),
        cmocka_unit_test(test_one_that_serves_raises_no_limit),
        cmocka_unit_test(test_children_are_independent),
    };
    kept = memory_file("kept", "evidence", 8, NULL);
    left = memory_file("left", "evidence", 8, NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
