# leadspool: build, test, demo. `make help` lists the targets.
# B is the build folder; FOLDERS the folders that make up the program, in the order of their layers.
B ?= build
FOLDERS ?= base schemas casebook people photo page ingest match review report spool command
CC = gcc
PACKAGES = libarchive libsystemd libxml-2.0 libcrypto jansson libexif libzip libutf8proc zlib libseccomp libpng libjpeg \
	harfbuzz harfbuzz-subset
# Their headers alone: these two are loaded when a document is read back (page/readback.h).
LOADED = libqpdf poppler-glib
WARNINGS = -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Werror
OPTIMISE ?= -O2 -g -D_FORTIFY_SOURCE=2
# SANITIZE is added to every compilation and link: see the target sanitize.
SANITIZE ?=
STANDARD = -std=c17 -D_GNU_SOURCE -pthread -ffp-contract=off
CFLAGS += $(STANDARD) -fstack-protector-strong -fPIE $(OPTIMISE) $(SANITIZE) $(WARNINGS) -I. -MMD -MP $(PACKAGE_CFLAGS)
LDFLAGS += -pie -Wl,-z,relro,-z,now -pthread $(SANITIZE)
LDLIBS = $(PACKAGE_LIBS) -ldb-5.3 -lhpdf -lcap -lacl -lm
FUZZ_SECONDS ?= 20
# What installed packages are needed for: a Debian package is built where nothing runs.
PURPOSES ?= build run
PREFIX ?= /usr
UNITS ?= /lib/systemd/system
# STRICT=--strict fails on a skipped test that tests/skips does not list.
STRICT ?=

# As many jobs as processors, unless the caller says otherwise.
ifeq (0,$(MAKELEVEL))
ifeq (,$(filter -j%,$(MAKEFLAGS)))
MAKEFLAGS += -j$(shell nproc)
endif
endif
MAKEFLAGS += --no-print-directory
# V=1 shows every command in full.
ifeq (,$(V))
QUIET = @echo '  $(patsubst $(B)/%,%,$@)' &&
endif

# What no build is needed for.
UNBUILT = clean help
# A missing $(B)/packages.mk makes make install the Debian packages, ask pkg-config, and start afresh; later
# runs only read it. So the flags are never asked for before the packages are there.
ifneq (,$(filter-out $(UNBUILT),$(or $(MAKECMDGOALS),all)))
include $(B)/packages.mk
endif

SOURCES = $(filter-out command/main.c,$(foreach f,$(FOLDERS),$(wildcard $(f)/*.c)))
OBJECTS = $(SOURCES:%.c=$(B)/%.o)
# The schemas are compiled into the program: a sandboxed worker sees no file.
OBJECTS += $(if $(filter schemas,$(FOLDERS)),$(B)/schemas/embedded.o)
# So are the pages that are one file: PAGE_FOLDER holds style sheets, scripts and body, PAGE_FOLDER.h declares them.
PAGES = ingest/request_form report/foil_sheet review/worksheet_page
OBJECTS += $(foreach page,$(PAGES),$(if $(filter $(firstword $(subst /, ,$(page))),$(FOLDERS)),$(B)/$(page)_text.o))
LIBRARY = $(B)/libleadspool.a
# Engines as a vendor builds them: with the one header and nothing else of the program.
ENGINES = $(patsubst %.c,$(B)/%.so,$(wildcard demo/engine/*.c tests/engines/*.c))
UNIT_TESTS = $(patsubst tests/unit/%.c,$(B)/tests/unit/%,$(wildcard tests/unit/test_*.c))
# The tests' clock takes the place of base/clock.c; other files of tests/support are linked where used.
TEST_CLOCK = $(B)/tests/support/clock.o
TEST_SUPPORT = $(patsubst %.c,$(B)/%.o,$(filter-out tests/support/clock.c,$(wildcard tests/support/*.c)))
TEST_LIBRARY = $(B)/libsupport.a
DRAW_FACES = $(B)/demo/draw-faces
DRAW_OBJECTS = $(patsubst %.c,$(B)/%.o,$(wildcard demo/draw_faces.c demo/face*.c))
GOLDEN_TOOLS = $(B)/tests/golden/render $(B)/tests/golden/compare $(B)/tests/golden/foil
# bench/NAME.c is a program; bench/NAME_part.c one of its parts.
BENCHES = $(patsubst bench/%.c,$(B)/bench/%,$(foreach f,$(wildcard bench/*.c),$(if $(findstring _,$(notdir $f)),,$f)))

# Every fixed text, for translators; and each translation, where the program looks for it (base/language.h). The tests
# have a language that po/pseudo makes; only the program beside them finds it.
CATALOGUE = $(B)/po/leadspool.pot
LOCALE = share/leadspool/locale
LANGUAGES = $(patsubst po/%.po,$(B)/$(LOCALE)/%/LC_MESSAGES/leadspool.mo,$(wildcard po/*.po))
PSEUDO = $(B)/tests/$(LOCALE)/qps/LC_MESSAGES/leadspool.mo

all: $(B)/leadspool $(LANGUAGES)

catalogue: $(CATALOGUE)
$(CATALOGUE): po/extract $(SOURCES) command/main.c $(PAGES:%=$(B)/%_text.c)
	@mkdir -p $(@D)
	$(QUIET) po/extract $@ $(PAGES:%=$(B)/%_text.c)

$(B)/$(LOCALE)/%/LC_MESSAGES/leadspool.mo: po/%.po
	@mkdir -p $(@D)
	$(QUIET) msgfmt --check -o $@ $<

$(PSEUDO): $(CATALOGUE) po/pseudo
	@mkdir -p $(@D)
	$(QUIET) po/pseudo $< > $(B)/po/qps.po && msgfmt --check-format -o $@ $(B)/po/qps.po

$(B)/packages.mk: deploy/packages.txt
	@mkdir -p $(@D)
	@deploy/install-packages $(PURPOSES)
	@{ echo "PACKAGE_CFLAGS := $$(pkg-config --cflags $(PACKAGES) $(LOADED))" && \
	   echo "PACKAGE_LIBS := $$(pkg-config --libs $(PACKAGES))"; } > $@.new && mv $@.new $@

$(B)/packages-%: deploy/packages.txt
	@mkdir -p $(@D)
	@deploy/install-packages $*
	@touch $@

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(QUIET) $(CC) $(CFLAGS) -c -o $@ $<

# Loops over pixels as vectors, however long the rows are; the sums keep their order.
$(patsubst %.c,$(B)/%.o,$(wildcard photo/eyes*.c) photo/crop.c): OPTIMISE += -O3

$(LIBRARY): $(OBJECTS)
	@rm -f $@
	$(QUIET) ar rcs $@ $(OBJECTS)

$(B)/schemas/embedded.c: schemas/embed.awk schemas/common.xsd $(filter-out schemas/common.xsd,$(wildcard schemas/*.xsd))
	@mkdir -p $(@D)
	$(QUIET) awk -f $^ > $@.new && mv $@.new $@

$(B)/schemas/embedded.o: $(B)/schemas/embedded.c
	$(QUIET) $(CC) $(CFLAGS) -c -o $@ $<

# The folder itself counts, so that a file taken away does; named with a dot, lest make would build it from FOLDER.c.
# In the order of PAGE_FOLDER/order, where there is one: a script stands behind those it needs. Else by name.
page_files = $(if $(wildcard $(1)/order),$(addprefix $(1)/,$(shell cat $(1)/order)),$(sort $(wildcard $(1)/*.css $(1)/*.html $(1)/*.js)))
define page_text
$(B)/$(1)_text.c: page/embed_page.awk page/texts.js $(call page_files,$(1)) $(wildcard $(1)/order) $(1)/.
	@mkdir -p $$(@D)
	$$(QUIET) awk -v name=$(notdir $(1)) -v header=$(1).h -f page/embed_page.awk page/texts.js $(call page_files,$(1)) > $$@.new && mv $$@.new $$@
$(B)/$(1)_text.o: $(B)/$(1)_text.c
	$$(QUIET) $$(CC) $$(CFLAGS) -c -o $$@ $$<
endef
$(foreach page,$(PAGES),$(eval $(call page_text,$(page))))

$(B)/leadspool: $(B)/command/main.o $(LIBRARY)
	$(QUIET) $(CC) $(LDFLAGS) -o $@ $< $(LIBRARY) $(LDLIBS)

# The program on the tests' clock (LEADSPOOL_TEST_CLOCK), for nights and lapses in a second.
$(B)/tests/leadspool: $(B)/command/main.o $(TEST_CLOCK) $(LIBRARY)
	$(QUIET) $(CC) $(LDFLAGS) -o $@ $< $(TEST_CLOCK) $(LIBRARY) $(LDLIBS)

$(TEST_LIBRARY): $(TEST_SUPPORT)
	@rm -f $@
	$(QUIET) ar rcs $@ $(TEST_SUPPORT)

$(B)/tests/unit/%.o: tests/unit/%.c | $(B)/packages-test
	@mkdir -p $(@D)
	$(QUIET) $(CC) $(CFLAGS) -c -o $@ $<

$(B)/tests/unit/%: $(B)/tests/unit/%.o $(TEST_CLOCK) $(TEST_LIBRARY) $(LIBRARY)
	$(QUIET) $(CC) $(LDFLAGS) -o $@ $< $(TEST_CLOCK) $(TEST_LIBRARY) $(LIBRARY) $(LDLIBS) -lcmocka

# Drawn pixels are no scores: here speed goes before bit-for-bit equality across compilers.
$(DRAW_OBJECTS): OPTIMISE = -O3 -ffast-math
$(DRAW_FACES): $(DRAW_OBJECTS)
	$(QUIET) $(CC) $(LDFLAGS) -o $@ $(DRAW_OBJECTS) -ljpeg -lm

$(ENGINES): $(B)/%.so: %.c match/vendor_engine.h
	@mkdir -p $(@D)
	$(QUIET) $(CC) -std=c17 -D_GNU_SOURCE -O2 $(WARNINGS) -shared -fPIC -I. -o $@ $<

# Preloaded by the crash sweep; and the program with one planted fault for each of tests/crash/mutants, which it has to
# notice: the file that the patch changes is linked before the library, whose own is then not asked for.
POINTS = $(B)/tests/crash/points.so
$(POINTS): tests/crash/points.c tests/crash/points_reads.c tests/crash/points.h
	@mkdir -p $(@D)
	$(QUIET) $(CC) $(STANDARD) -O2 $(WARNINGS) -I. -shared -fPIC -o $@ $(filter %.c,$^)

MUTANTS = $(patsubst %.patch,$(B)/%,$(wildcard tests/crash/mutants/*.patch))
mutated = $(shell sed -n 's|^+++ b/||p' $(1:$(B)/%=%.patch))
define MUTANT
$(1).c: $(1:$(B)/%=%.patch) $(call mutated,$(1))
	@mkdir -p $$(@D)
	$$(QUIET) patch --quiet --output=$$@.new $(call mutated,$(1)) $$< && mv $$@.new $$@
$(1).o: $(1).c
	$$(QUIET) $$(CC) $$(CFLAGS) -c -o $$@ $$<
$(1): $(1).o $(B)/command/main.o $(LIBRARY)
	$$(QUIET) $$(CC) $$(LDFLAGS) -o $$@ $(1).o $(B)/command/main.o $(LIBRARY) $$(LDLIBS)
endef
$(foreach m,$(MUTANTS),$(eval $(call MUTANT,$(m))))

define BENCH
$(1): $(1).o $(patsubst %.c,$(B)/%.o,$(wildcard bench/$(notdir $(1))_*.c)) $(LIBRARY)
	$$(QUIET) $$(CC) $$(LDFLAGS) -o $$@ $$(filter %.o,$$^) $$(LIBRARY) $$(LDLIBS)
endef
$(foreach b,$(BENCHES),$(eval $(call BENCH,$(b))))

# A peer for accuracy, with OpenCV where it is installed; nothing of ours is linked to OpenCV.
LBPH = $(if $(wildcard /usr/include/opencv4/opencv2/face.hpp),$(B)/bench/accuracy-lbph)
$(B)/bench/accuracy-lbph: bench/accuracy_lbph.cc
	@mkdir -p $(@D)
	$(QUIET) g++ -O2 -Wall -Wextra -isystem /usr/include/opencv4 -o $@ $< \
		-lopencv_face -lopencv_imgproc -lopencv_imgcodecs -lopencv_core

# GOLDEN=update make golden writes the approved pages anew; look at every one that changed.
$(B)/tests/golden/%: $(B)/tests/golden/%.o $(B)/tests/golden/draw_picture.o $(LIBRARY)
	$(QUIET) $(CC) $(LDFLAGS) -o $@ $< $(B)/tests/golden/draw_picture.o $(LIBRARY) $(LDLIBS)

# FAISS is C++: the peer of bench/search is a program of its own.
$(B)/bench/search-faiss: bench/search_faiss.cc | $(B)/packages-bench
	@mkdir -p $(@D)
	$(QUIET) $(CXX) -O3 -march=native -fopenmp -o $@ $< -lfaiss -llapack -lblas

# The report it renders has the pictures of the golden pages; cairo is its peer.
$(B)/bench/render: $(B)/tests/golden/draw_picture.o
$(B)/bench/render-cairo: bench/render_cairo.cc | $(B)/packages-bench
	@mkdir -p $(@D)
	$(QUIET) $(CXX) -O2 -Wall -Wextra $$(pkg-config --cflags cairo-ft) -o $@ $< $$(pkg-config --libs cairo-ft freetype2)

bench: $(B)/packages-bench $(B)/leadspool $(BENCHES) $(B)/bench/search-faiss $(B)/bench/render-cairo
	+@$(MAKE) bench-peers
bench-peers: $(LBPH)

# The example of a vendor's engine (docs/vendor-engine.md).
engines: $(ENGINES)

demo: all $(DRAW_FACES)
	@demo/run $(B)

# How long a night takes here: make rehearse WORDS="--gallery 2000 --requests 50 --ten"
rehearse: all $(DRAW_FACES)
	@demo/rehearse --program $(abspath $(B))/leadspool --draw $(abspath $(DRAW_FACES)) $(B)/rehearsal $(WORDS)

# The guides as web pages, with pictures of the demonstration's site as it is today.
guides: demo
	@deploy/install-packages browser guides
	@tests/browser/run $(B) --install
	@docs/guides/build $(B)

# Each group of tests alone, or all of them; the last line is the count.
TESTED = $(UNIT_TESTS) $(if $(wildcard command/main.c),$(B)/leadspool $(B)/tests/leadspool) $(DRAW_FACES) $(GOLDEN_TOOLS) \
	$(ENGINES) $(POINTS) $(MUTANTS) $(PSEUDO) $(B)/packages-test
build-tests: $(TESTED)
test: $(TESTED)
	@tests/run $(B) $(STRICT)
unit: $(UNIT_TESTS)
	@tests/run $(B) unit
# Within `make test` the kill tests are short.
crash: export KILLS ?= 200
crash: export SWEEP_KILLS ?= 150
e2e golden crash: $(TESTED)
	@tests/run $(B) $@
# Every point of the whole path, for hours; goes on where it was interrupted. KILLS= FROM= EVERY= JOBS= shorten it;
# SITE=encrypted does it to a record with keys.
crash-sweep: $(TESTED)
	@tests/crash/sweep.py $(B)
# A disk that loses its power under load, on a loop device; as root.
powercut: $(TESTED)
	@env CUTS=$(or $(CUTS),200) LEADSPOOL_BUILD=$(abspath $(B)) LEADSPOOL=$(abspath $(B))/leadspool TZ=UTC LC_ALL=C.UTF-8 \
		PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=tests/support:demo python3 -u tests/support/unittest_run.py powercut tests/crash/test_power_cut.py
# As a command with its own needs, so that a page can be tried without building every unit test.
browser: $(filter-out $(UNIT_TESTS) $(GOLDEN_TOOLS),$(TESTED)) $(B)/tests/golden/foil
	@tests/run $(B) $@

# Every allocation of readers and of a batch fails once; within `make test` some hundred of each.
allocations: $(B)/tests/unit/test_memory_readers $(B)/tests/unit/test_memory_casebook
	@env ALLOCATIONS=every $(B)/tests/unit/test_memory_readers
	@env ALLOCATIONS=every $(B)/tests/unit/test_memory_casebook
# The unit tests under valgrind, for an hour or so.
tamper: $(B)/leadspool $(DRAW_FACES) $(B)/packages-test
	@tests/tamper/every_file.py $(abspath $(B))
	@tests/tamper/every_file.py $(abspath $(B)) --encrypted

memcheck: $(UNIT_TESTS) | $(B)/packages-memcheck
	@tests/memcheck/run $(abspath $(B))
# Traffic against one daemon for SOAK seconds: memory, descriptors, disk and latency at the end as at the beginning.
soak: $(B)/leadspool $(B)/tests/leadspool $(DRAW_FACES) $(B)/packages-test
	@env SOAK=$(or $(SOAK),600) LEADSPOOL_BUILD=$(abspath $(B)) LEADSPOOL=$(abspath $(B))/leadspool TZ=UTC LC_ALL=C.UTF-8 \
		PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=tests/support:demo python3 -u tests/support/unittest_run.py soak tests/soak/test_soak.py

# The whole program again with the address and undefined-behaviour sanitizers, in a folder of its own. Instrumented code
# confuses the compiler's warnings; those are the business of the normal build.
SANITIZED = $(MAKE) B=$(B)-asan OPTIMISE="-O1 -g -fno-omit-frame-pointer" \
	SANITIZE="-fsanitize=address,undefined -fno-sanitize-recover=undefined" WARNINGS=-w
sanitize:
	+@$(SANITIZED) sanitized
sanitized: $(TESTED)
	@tests/run $(B) $(STRICT) unit sanitized

# Rules of the code base, formatting, static analysis. One object a file, so that only what changed is analysed.
LINTED = $(SOURCES) $(wildcard command/main.c demo/*.c demo/engine/*.c bench/*.c tests/unit/*.c tests/support/*.c tests/fuzz/*.c)
$(B)/lint/%.tidy: %.c .clang-tidy $(B)/%.o | $(B)/packages-lint
	@mkdir -p $(@D)
	@clang-tidy --quiet --warnings-as-errors='*' $< -- $(STANDARD) -I. $(PACKAGE_CFLAGS) 2>$@.log || \
		{ grep -v 'warnings generated' $@.log; exit 1; }
	@touch $@
tidy: $(LINTED:%.c=$(B)/lint/%.tidy)
lint: $(B)/packages-lint
	+@$(MAKE) -k tidy; analysed=$$?; tests/lint/check && exit $$analysed

# Coverage-guided fuzzing of every reader of foreign bytes: FUZZ_SECONDS for each target.
FUZZERS = $(patsubst tests/fuzz/%.c,$(B)-fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
fuzz: $(B)/packages-lint
	+@$(MAKE) B=$(B)-fuzz CC=clang-14 OPTIMISE="-O1 -g -fno-omit-frame-pointer" \
		SANITIZE="-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined" WARNINGS=-w $(FUZZERS)
	@tests/fuzz/run $(B)-fuzz $(FUZZ_SECONDS)
$(B)/fuzz_%: $(B)/tests/fuzz/fuzz_%.o $(LIBRARY)
	$(QUIET) $(CC) $(LDFLAGS) -fsanitize=fuzzer -o $@ $< $(LIBRARY) $(LDLIBS)

# What `leadspool rehearse` runs, with the program that draws its people.
REHEARSAL = faces gallery people rehearsed sent_requests site_view
# As a Debian package does it: the program, its manual, the schemas, the units of systemd.
install: $(B)/leadspool $(LANGUAGES) $(DRAW_FACES)
	install -d $(addprefix $(DESTDIR)$(PREFIX)/,bin share/leadspool/schemas share/bash-completion/completions) $(DESTDIR)$(UNITS)
	install $(B)/leadspool $(DESTDIR)$(PREFIX)/bin/leadspool
	install -m 644 schemas/*.xsd $(DESTDIR)$(PREFIX)/share/leadspool/schemas
	for language in $(patsubst $(B)/%,%,$(LANGUAGES)); do \
		install -D -m 644 $(B)/$$language $(DESTDIR)$(PREFIX)/$$language || exit 1; done
	install -D -m 644 match/vendor_engine.h $(DESTDIR)$(PREFIX)/include/leadspool/match/vendor_engine.h
	install -m 644 deploy/completion/leadspool $(DESTDIR)$(PREFIX)/share/bash-completion/completions/leadspool
	install -m 644 deploy/systemd/leadspool*@.* $(DESTDIR)$(UNITS)
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/catalog $(DESTDIR)$(PREFIX)/share/doc/leadspool/alarms
	install -d $(DESTDIR)$(PREFIX)/lib/leadspool/rehearsal
	install $(DRAW_FACES) demo/rehearse $(DESTDIR)$(PREFIX)/lib/leadspool/rehearsal
	install -m 644 $(REHEARSAL:%=demo/%.py) $(DESTDIR)$(PREFIX)/lib/leadspool/rehearsal
	deploy/systemd/make-catalog docs/man/leadspool-log.5 >$(DESTDIR)$(PREFIX)/lib/systemd/catalog/leadspool.catalog
	install -m 644 docs/alarms/*.md $(DESTDIR)$(PREFIX)/share/doc/leadspool/alarms
	for page in docs/man/*.[1-8]; do \
		install -D -m 644 $$page $(DESTDIR)$(PREFIX)/share/man/man$${page##*.}/$${page##*/} || exit 1; done

# The package is built from a copy, so that the checkout keeps no trace; it is left in $(B)/package. Whoever hands it
# on puts an address of their own into debian/control: the one there leads nowhere.
deb: $(B)/packages-package
	@rm -rf $(B)/package && mkdir -p $(B)/package/leadspool
	@tar -c --exclude-vcs --exclude='./build*' . | tar -x -C $(B)/package/leadspool
	@cd $(B)/package/leadspool && env -u B -u MAKEFLAGS -u MAKELEVEL -u MFLAGS dpkg-buildpackage -b -us -uc -rfakeroot >../build.log 2>&1 || \
		{ tail -40 ../build.log; exit 1; }
	@lintian --fail-on error --suppress-tags bogus-mail-host,bogus-mail-host-in-debian-changelog $(B)/package/*.changes
	@rm -rf $(B)/package/leadspool && ls $(B)/package/*.deb

clean:
	rm -rf $(B) $(B)-asan $(B)-fuzz

help:
	@echo 'make            build $(B)/leadspool (installs missing Debian packages as root or through sudo)'
	@echo 'make demo       the main job on drawn people, in $(B)/demo'
	@echo 'make test       every test; also: unit e2e golden crash browser'
	@echo 'make crash-sweep  kill it, or cut the power, at every change of a file (hours; KILLS=n shortens)'
	@echo 'make powercut   cut the power of a disk under load, CUTS times (200), as root'
	@echo 'make lint       formatting, static analysis, the rules of the code base'
	@echo 'make sanitize   unit tests under the address and undefined-behaviour sanitizers'
	@echo 'make allocations  let every allocation of readers and of a batch fail once'
	@echo 'make tamper     a byte changed in each kind of file of a site, a strange file in each folder: who notices?'
	@echo 'make memcheck   unit tests under valgrind'
	@echo 'make soak       SOAK seconds (600) of traffic against one daemon: does anything grow?'
	@echo 'make fuzz       fuzz every reader for FUZZ_SECONDS (default 20) each'
	@echo 'make catalogue  every fixed text, for translators: $(CATALOGUE)'
	@echo 'make install    into $$(DESTDIR)$$(PREFIX), as a package does'
	@echo 'make deb        build the Debian package in $(B)/package'
	@echo 'make bench      build the benchmarks in $(B)/bench'
	@echo 'make rehearse   how long a night takes on this machine (WORDS="--gallery N --requests M --ten")'
	@echo 'make guides     docs/guides as web pages with pictures of the demonstration, in $(B)/guides'
	@echo 'make engines    build the example of a vendor'\''s engine, $(B)/demo/engine/histogram.so'
	@echo 'make clean      remove what was built'
	@echo 'V=1 shows the commands in full; B=folder builds elsewhere than in build/'

-include $(shell find $(B) -type f -name '*.d' 2>/dev/null)
.PHONY: all allocations bench bench-peers browser build-tests clean crash crash-sweep deb demo e2e engines fuzz golden guides help install lint memcheck powercut sanitize sanitized soak tamper test tidy unit
.SECONDARY:
.DELETE_ON_ERROR:
