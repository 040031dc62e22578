/*
 * Options and operands of subcommands, over getopt_long.
 *
 * Guarantees: one table per command is the truth of both the parser and `--help`; a mistake names the option
 * and how to get help, and the exit code is EX_USAGE. Does not know what any option means.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "base/text.h"
#include "command/command.h"

enum { KEY_HELP = 'h', KEY_JSON = 'j', KEY_SITE = 's', OPTIONS_MOST = 60 };

/* Words of a help text in its column, none of them cut, within a terminal's 100. */
static void print_folded(const char *words)
{
    enum { INDENT = 34, COLUMNS = 100 };
    size_t column = INDENT;
    while (*words != '\0') {
        size_t length = strcspn(words, " ");
        if (column > INDENT && column + 1 + length > COLUMNS) {
            printf("\n%*s", INDENT, "");
            column = INDENT;
        } else if (column > INDENT) {
            putchar(' ');
            column++;
        }
        printf("%.*s", (int)length, words);
        column += length;
        words += length + strspn(words + length, " ");
    }
    putchar('\n');
}

static void print_help(const struct command *command)
{
    printf(_("Usage: leadspool [-s DIR] %s %s\n\n%s\n\nOptions:\n"), command->name, command->arguments,
           command->purpose);
    static const struct option_spec help[] = {{KEY_HELP, "help", NULL, "say this"}, {0, NULL, NULL, NULL}};
    for (const struct option_spec *option = command->options;; option++) {
        if (option->key == 0)
            option = help;
        char left[80], letter[8] = "    ";
        if (option->key < 128)
            snprintf(letter, sizeof letter, "-%c, ", option->key);
        snprintf(left, sizeof left, "  %s--%s%s%s", letter, option->name, option->argument ? " " : "",
                 option->argument ? option->argument : "");
        if (strlen(left) > 33)
            printf("%s\n%-34s", left, "");
        else
            printf("%-34s", left);
        print_folded(option->help);
        if (option == help)
            break;
    }
    printf(_("\nThe manual: man leadspool-%s\n"), command->name);
}

/* getopt's two descriptions of the options, from ours. */
static void translate(const struct command *command, struct option *lists, char *letters)
{
    static const struct option_spec common[] = {{KEY_HELP, "help", NULL, ""},
                                                {KEY_JSON, "json", NULL, ""},
                                                {KEY_SITE, "site", "DIR", ""},
                                                {0, NULL, NULL, NULL}};
    size_t count = 0, used = 0;
    bool own = true;
    letters[used++] = ':'; /* a missing value is told from an unknown option */
    for (const struct option_spec *option = command->options; count < OPTIONS_MOST - 1; option++) {
        if (option->key == 0 && !own)
            break;
        if (option->key == 0) {
            own = false;
            option = common;
        }
        lists[count++] = (struct option){.name = option->name,
                                         .has_arg = option->argument ? required_argument : no_argument,
                                         .flag = NULL,
                                         .val = option->key};
        if (option->key < 128 && strchr(letters, option->key) == NULL) {
            letters[used++] = (char)option->key;
            if (option->argument)
                letters[used++] = ':';
            letters[used] = '\0';
        }
    }
    lists[count] = (struct option){0};
}

int option_next(const struct command *command, struct invocation *invocation, int argc, char **argv,
                struct error *error)
{
    struct option lists[OPTIONS_MOST];
    char letters[3 * OPTIONS_MOST] = "";
    translate(command, lists, letters);
    opterr = 0;
    for (;;) {
        int key = getopt_long(argc, argv, letters, lists, NULL);
        bool own = false; /* a command may give a common letter a meaning of its own */
        for (const struct option_spec *option = command->options; option->key != 0; option++)
            own = own || option->key == key;
        if (own)
            return key;
        switch (key) {
        case -1:
            return OPTION_END;
        case KEY_HELP:
            print_help(command);
            return OPTION_HELP;
        case KEY_JSON:
            invocation->json = true;
            break;
        case KEY_SITE:
            invocation->site = optarg;
            break;
        case ':':
            error_set(error, FAULT_USAGE, "%s needs a value; see leadspool %s --help", argv[optind - 1],
                      command->name);
            return OPTION_WRONG;
        default:
            if (optopt > 0 && optopt < 128 && strncmp(argv[optind - 1], "--", 2) != 0)
                error_set(error, FAULT_USAGE, "there is no option -%c; see leadspool %s --help", optopt,
                          command->name);
            else
                error_set(error, FAULT_USAGE,
                          "the option %s is unknown, ambiguous or takes no value; see leadspool %s --help",
                          argv[optind - 1], command->name);
            return OPTION_WRONG;
        }
    }
}

bool option_whole(const char *option, const char *value, long least, long most, long *number,
                  struct error *error)
{
    char *end = NULL;
    errno = 0;
    long parsed = strtol(value, &end, 10);
    if (errno != 0 || end == value || *end != '\0' || parsed < least || parsed > most)
        return error_set(error, FAULT_USAGE, "--%s wants a whole number from %ld to %ld, not \"%s\"", option,
                         least, most, value);
    *number = parsed;
    return true;
}

bool option_pair(const char *option, char *text, const char **name, const char **value, struct error *error)
{
    char *equals = strchr(text, '=');
    if (equals == NULL || equals == text)
        return error_set(error, FAULT_USAGE, "--%s wants NAME=VALUE, not \"%s\"", option, text);
    *equals = '\0';
    *name = text;
    *value = equals + 1;
    return true;
}

static bool operand_add(struct operands *operands, const char *text, size_t length, struct error *error)
{
    char **larger = realloc(operands->texts, (operands->count + 1) * sizeof *larger);
    if (larger != NULL)
        operands->texts = larger;
    char *copy = larger == NULL ? NULL : strndup(text, length);
    if (copy == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while reading the command line");
    operands->texts[operands->count++] = copy;
    return true;
}

bool operands_none(const char *command, int argc, char **argv, struct error *error)
{
    return optind == argc ||
           error_set(error, FAULT_USAGE, "%s takes options only, not \"%s\"", command, argv[optind]);
}

bool operands_read(int argc, char **argv, struct operands *operands, struct error *error)
{
    *operands = (struct operands){0};
    char *line = NULL;
    size_t size = 0;
    bool done = true;
    for (int i = optind; i < argc && done; i++) {
        if (strcmp(argv[i], "-") != 0) {
            done = operand_add(operands, argv[i], strlen(argv[i]), error);
            continue;
        }
        while (done && getline(&line, &size, stdin) > 0) {
            const char *word = line + strspn(line, " \t");
            size_t length = strcspn(word, " \t\r\n");
            if (length > 0)
                done = operand_add(operands, word, length, error);
        }
        if (ferror(stdin))
            done = error_system(error, "reading standard input");
    }
    free(line);
    if (!done)
        operands_free(operands);
    return done;
}

void operands_free(struct operands *operands)
{
    for (size_t i = 0; i < operands->count; i++)
        free(operands->texts[i]);
    free(operands->texts);
    *operands = (struct operands){0};
}
