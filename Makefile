# leadspool: build, test, demo. `make help` lists the targets.
# B is the build folder; FOLDERS the folders that make up the program, in the order of their layers.
B ?= build
FOLDERS ?= base schemas casebook people photo page ingest match review report spool command
CC = gcc
PACKAGES = libxml-2.0 libcrypto jansson libexif libzip libseccomp libpng libjpeg
WARNINGS = -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Werror
OPTIMISE ?= -O2 -g
CFLAGS += -std=c17 -D_GNU_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE -pthread -ffp-contract=off \
	$(OPTIMISE) $(WARNINGS) -I. -MMD -MP $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
LDFLAGS += -pie -Wl,-z,relro,-z,now -pthread
LDLIBS = $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -ldb-5.3 -lhpdf -lcap -lacl -lm

SOURCES = $(filter-out command/main.c,$(foreach f,$(FOLDERS),$(wildcard $(f)/*.c)))
OBJECTS = $(SOURCES:%.c=$(B)/%.o)
# The schemas are compiled into the program: a sandboxed worker sees no file.
OBJECTS += $(if $(filter schemas,$(FOLDERS)),$(B)/schemas/embedded.o)
LIBRARY = $(B)/libleadspool.a
UNIT_TESTS = $(patsubst tests/unit/%.c,$(B)/tests/unit/%,$(wildcard tests/unit/test_*.c))

all: $(B)/leadspool

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -c -o $@ $<

$(B)/schemas/embedded.c: schemas/embed.awk schemas/common.xsd $(filter-out schemas/common.xsd,$(wildcard schemas/*.xsd))
	@mkdir -p $(@D)
	awk -f $^ > $@.new && mv $@.new $@

$(B)/schemas/embedded.o: $(B)/schemas/embedded.c
	$(CC) $(CFLAGS) -c -o $@ $<

$(LIBRARY): $(OBJECTS)
	@rm -f $@
	ar rcs $@ $(OBJECTS)

$(B)/leadspool: $(B)/command/main.o $(LIBRARY)
	$(CC) $(LDFLAGS) -o $@ $< $(LIBRARY) $(LDLIBS)

$(B)/tests/unit/%: $(B)/tests/unit/%.o $(B)/tests/support/clock.o $(LIBRARY)
	$(CC) $(LDFLAGS) -o $@ $< $(B)/tests/support/clock.o $(LIBRARY) $(LDLIBS) -lcmocka

BENCHES = $(patsubst bench/%.c,$(B)/bench/%,$(wildcard bench/*.c))

$(B)/bench/%: $(B)/bench/%.o $(LIBRARY)
	$(CC) $(LDFLAGS) -o $@ $< $(LIBRARY) $(LDLIBS)

bench: $(BENCHES)

unit: $(UNIT_TESTS)
	@for test in $(UNIT_TESTS); do $$test || exit 1; done

-include $(shell find $(B) -name '*.d' 2>/dev/null)
.PHONY: all unit bench
.SECONDARY:
