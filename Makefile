# dirgate: build, test, install.  `make help` lists the targets.
#
#   SANITIZE=address,undefined | thread   another flavour, in a build tree of its own
#   WERROR=0                              warnings are no errors (they are by default)
#   CFLAGS LDFLAGS                        your own flags, added to ours
#   B=DIR                                 a build tree elsewhere
#   V=1                                   show the commands
#   PREFIX DESTDIR                        where `make install` puts things

VERSION  := 0.1.0
SOVERSION := 0
PREFIX   ?= /usr/local
DESTDIR  ?=
SANITIZE ?=
WERROR   ?= 1
JOBS     ?= 2
CFLAGS   ?= -O2 -g
PKGCONFIG ?= pkg-config

# One short line for each command, or with V=1 the command itself.
Q := $(if $(V),,@)
say = $(if $(V),,@echo '  $(1)')

comma := ,
FLAVOUR := $(if $(findstring fuzzer,$(SANITIZE)),fuzz,$(subst $(comma),-,$(or $(SANITIZE),plain)))
B := build/$(FLAVOUR)

# ---- flags ----

WARNINGS := -Wall -Wextra -Wshadow -Wmissing-prototypes -Wvla -Wconversion
ifneq ($(filter-out 0,$(WERROR))$(filter true,$(CI)),)
WARNINGS += -Werror
endif
HARDENING := -fstack-protector-strong
ifdef SANITIZE
HARDENING += -fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer
else
HARDENING += -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
endif

# Libraries of others, each used by one folder or file (tests/layers.sh): see README.md for what they spare us.
LIBRARY_PACKAGES := ldap lber libsasl2 krb5-gssapi krb5 jansson libcurl liburcu-bp libxxhash yaml-0.1
PACKAGES := $(LIBRARY_PACKAGES) libmicrohttpd libsystemd
TEST_PACKAGES := cmocka
LIBRARY_CFLAGS := $(shell $(PKGCONFIG) --cflags $(PACKAGES) 2>/dev/null)
PRIVATE_LIBS := $(shell $(PKGCONFIG) --libs $(LIBRARY_PACKAGES) 2>/dev/null) -lunistring -lpthread
LIBRARY_LIBS := $(shell $(PKGCONFIG) --libs $(PACKAGES) 2>/dev/null) -lunistring -lcrypt -lpthread
TEST_LIBS := $(shell $(PKGCONFIG) --libs $(TEST_PACKAGES) 2>/dev/null)

OUR_CFLAGS = -std=c11 -D_GNU_SOURCE -DDIRGATE_VERSION='"$(VERSION)"' $(WARNINGS) $(HARDENING) -fPIC \
	-fno-semantic-interposition -Isrc -Iinclude -include src/base/banned.h $(LIBRARY_CFLAGS) $(CFLAGS)
OUR_LDFLAGS = $(HARDENING) -Wl,-z,relro,-z,now,-z,noexecstack,--as-needed $(LDFLAGS)

# ---- what is built of what ----

objects = $(patsubst %.c,$B/%.o,$(wildcard $(1)))
LIBRARY_LAYERS := base model directory decide json library
LIBRARY_OBJECTS := $(foreach layer,$(LIBRARY_LAYERS),$(call objects,src/$(layer)/*.c src/$(layer)/*/*.c))
HTTP_OBJECTS    := $(call objects,src/http/*.c)
DAEMON_OBJECTS  := $(call objects,src/daemon/*.c)
CLI_OBJECTS     := $(call objects,src/cli/*.c)
SUPPORT_OBJECTS := $(call objects,tests/support/*.c)
# Everything a test may look into: all but the two main functions.
TESTED_OBJECTS  := $(filter-out %/main.o,$(LIBRARY_OBJECTS) $(HTTP_OBJECTS) $(DAEMON_OBJECTS) $(CLI_OBJECTS)) \
	$(SUPPORT_OBJECTS)

LIBRARY  := $B/libdirgate.a
SHARED   := $(if $(SANITIZE),,$B/libdirgate.so.$(SOVERSION))
PROGRAMS := $(if $(wildcard src/daemon/main.c),$B/dirgated) $(if $(wildcard src/cli/main.c),$B/dirgate)

# Test programs: test_*.c of each family, one program each.  tests/run.sh finds them in the build tree.
TEST_SOURCES := $(wildcard tests/unit/*/test_*.c tests/*/test_*.c)
TEST_PROGRAMS := $(patsubst %.c,$B/%,$(TEST_SOURCES))
# Programs that tests and measurements run.
HELPER_PROGRAMS := $(patsubst %.c,$B/%,$(filter-out $(TEST_SOURCES),$(wildcard tests/oracle/*.c tests/scenario/*.c \
	tests/bench/floor.c tests/fake/fake_ldap.c)))
FUZZ_PROGRAMS := $(patsubst %.c,$B/%,$(wildcard tests/fuzz/fuzz_*.c))
BENCH_PROGRAMS := $(patsubst %.c,$B/%,$(wildcard tests/bench/bench_*.c))

all: $(LIBRARY) $(SHARED) $(PROGRAMS) ## build the library, the gateway and the tool (the default)

$B/.libraries: Makefile
	@mkdir -p $(@D)
	@$(PKGCONFIG) --exists --print-errors $(PACKAGES) || { \
		echo 'Libraries are missing: run `make deps`, which installs them.' >&2; exit 1; }
	@touch $@

$B/%.o: %.c Makefile | $B/.libraries
	@mkdir -p $(@D)
	$(call say,CC    $<)
	$(Q)$(CC) $(OUR_CFLAGS) -MMD -MP -c -o $@ $<

$(LIBRARY): $(LIBRARY_OBJECTS)
	$(call say,AR    $@)
	@rm -f $@
	$(Q)$(AR) rcs $@ $^

$B/libtested.a: $(TESTED_OBJECTS)
	$(call say,AR    $@)
	@rm -f $@
	$(Q)$(AR) rcs $@ $^

# Only what include/dirgate.h declares is seen from outside.
$B/libdirgate.map: Makefile
	@mkdir -p $(@D)
	@echo '{ global: dirgate_*; local: *; };' >$@

$B/libdirgate.so.$(SOVERSION): $(LIBRARY_OBJECTS) $B/libdirgate.map
	$(call say,LINK  $@)
	$(Q)$(CC) $(OUR_LDFLAGS) -shared -Wl,-soname,$(@F) -Wl,--version-script=$B/libdirgate.map \
		-o $@ $(LIBRARY_OBJECTS) $(LIBRARY_LIBS)
	@ln -sf $(@F) $B/libdirgate.so

$B/dirgated: $(DAEMON_OBJECTS) $(HTTP_OBJECTS) $(LIBRARY)
	$(call say,LINK  $@)
	$(Q)$(CC) $(OUR_LDFLAGS) -pie -o $@ $^ $(LIBRARY_LIBS)

$B/dirgate: $(CLI_OBJECTS) $(LIBRARY)
	$(call say,LINK  $@)
	$(Q)$(CC) $(OUR_LDFLAGS) -pie -o $@ $^ $(LIBRARY_LIBS)

$(TEST_PROGRAMS) $(HELPER_PROGRAMS): $B/%: $B/%.o $B/libtested.a
	$(call say,LINK  $@)
	$(Q)$(CC) $(OUR_LDFLAGS) -pie -o $@ $(filter %.o,$^) $(filter %.a,$^) $(TEST_LIBS) $(LIBRARY_LIBS)

# Not with a sanitizer, which has an allocator of its own.
PRELOADED := $(if $(SANITIZE),,$B/tests/faults/no_memory.so)
$(PRELOADED): %.so: %.o
	$(call say,LINK  $@)
	$(Q)$(CC) $(OUR_LDFLAGS) -shared -o $@ $^

$B/tests/fake/fake_ldap: $(call objects,tests/fake/*.c)

$(BENCH_PROGRAMS): $B/%: $B/%.o $B/libtested.a
	$(call say,LINK  $@)
	$(Q)$(CC) $(OUR_LDFLAGS) -pie -o $@ $^ $(LIBRARY_LIBS)

# A fuzz target is one function; without libFuzzer it is linked to a main that replays its corpus.
FUZZ_MAIN := $(if $(filter fuzz,$(FLAVOUR)),,$B/tests/fuzz/replay.o)
$(FUZZ_PROGRAMS): $B/%: $B/%.o $(FUZZ_MAIN) $B/libtested.a
	$(call say,LINK  $@)
	$(Q)$(CC) $(OUR_LDFLAGS) $(if $(FUZZ_MAIN),-pie,-fsanitize=fuzzer) -o $@ $^ $(LIBRARY_LIBS)

ifneq ($(wildcard build),)
-include $(shell find $B -name '*.d' 2>/dev/null)
endif
.SECONDARY:
.DELETE_ON_ERROR:

# ---- tests ----

RUN = CI='$(CI)' SANITIZE='$(SANITIZE)' tests/run.sh -b $B -j $(JOBS)

tests: all $(TEST_PROGRAMS) $(HELPER_PROGRAMS) $(FUZZ_PROGRAMS) $(PRELOADED) ## build the test programs

check: deps ## install what is missing, build, run every test
	@$(MAKE) --no-print-directory tests
	@$(RUN) all

house: ## the rules of the house: layers, headers, manuals
	@$(RUN) house

unit: tests ## unit tests of each module
	@$(RUN) unit

cases: tests ## decisions as data
	@$(RUN) cases

policies: tests ## the policy tests of the examples, on LDIF and on a real slapd
	@$(RUN) policy

properties: tests ## random operations against a simple model
	@$(RUN) property

scenarios: tests ## the programs with real directory servers
	@$(RUN) scenario

faults: tests ## the gateway while something fails (FAULTS_ROUNDS=n repeats)
	@FAULTS_ROUNDS='$(FAULTS_ROUNDS)' $(RUN) faults

sanitized: tests ## what is worth running with SANITIZE: units, fuzz inputs, cases, properties
	@$(RUN) unit fuzz cases property

# SECONDS of fuzzing for each target, with clang's libFuzzer; FUZZ=name for one of them.
fuzz: ## fuzz each parser for a minute (FUZZ=name SECONDS=n)
	@$(MAKE) --no-print-directory CC=clang WERROR=0 SANITIZE=fuzzer-no-link,address,undefined fuzz-targets
	@tests/fuzz/run.sh -b build/fuzz '$(FUZZ)' '$(SECONDS)'

fuzz-targets: $(FUZZ_PROGRAMS)

bench: all $(BENCH_PROGRAMS) $(HELPER_PROGRAMS) ## measure
	@set -e; for program in $(BENCH_PROGRAMS) $(wildcard tests/bench/bench_*.sh); do \
		echo "== $$program"; BUILD=$B $$program || [ $$? = 77 ]; done

deps: ## install what building and testing need (says so first; root or sudo, Debian 12)
	@tests/deps.sh

demo: deps ## a private OpenLDAP, the gateway on it, questions and answers (ONCE=1 ends by itself)
	@$(MAKE) --no-print-directory all
	@ONCE='$(ONCE)' BUILD=$B examples/demo.sh

# ---- installing ----

SBIN := $(DESTDIR)$(PREFIX)/sbin
BIN := $(DESTDIR)$(PREFIX)/bin
LIB := $(DESTDIR)$(PREFIX)/lib
MAN := $(DESTDIR)$(PREFIX)/share/man
DATA := $(DESTDIR)$(PREFIX)/share/dirgate
COMPLETION := $(DESTDIR)$(PREFIX)/share/bash-completion/completions/dirgate
MANUALS := $(wildcard src/*/*.[1-8])
UNITS := $(wildcard src/daemon/*.service src/daemon/*.socket)

install: all ## into $(DESTDIR)$(PREFIX)
	install -d $(SBIN) $(BIN) $(LIB)/pkgconfig $(LIB)/systemd/system $(DESTDIR)$(PREFIX)/include $(DATA)
	$(if $(wildcard $B/dirgated),install -m 755 $B/dirgated $(SBIN)/)
	$(if $(wildcard $B/dirgate),install -m 755 $B/dirgate $(BIN)/)
	install -m 644 $(LIBRARY) $(LIB)/
	$(if $(SHARED),install -m 644 $(SHARED) $(LIB)/ && ln -sf libdirgate.so.$(SOVERSION) $(LIB)/libdirgate.so)
	$(if $(wildcard include/*.h),install -m 644 include/*.h $(DESTDIR)$(PREFIX)/include/)
	printf 'prefix=%s\nName: dirgate\nDescription: %s\nVersion: %s\nLibs: -L$${prefix}/lib -ldirgate\nLibs.private: %s\nCflags: -I$${prefix}/include\n' \
		'$(PREFIX)' 'who may do what, from a directory' '$(VERSION)' '$(PRIVATE_LIBS)' >$(LIB)/pkgconfig/dirgate.pc
	$(foreach page,$(MANUALS),install -D -m 644 $(page) $(MAN)/man$(patsubst .%,%,$(suffix $(page)))/$(notdir $(page)) &&) true
	$(if $(UNITS),install -m 644 $(UNITS) $(LIB)/systemd/system/)
	install -D -m 644 src/cli/dirgate.bash-completion $(COMPLETION)
	$(if $(wildcard schema),cp -R schema $(DATA)/)

uninstall: ## what install put there
	rm -f $(SBIN)/dirgated $(BIN)/dirgate $(LIB)/libdirgate.* $(LIB)/pkgconfig/dirgate.pc $(COMPLETION)
	rm -f $(foreach header,$(wildcard include/*.h),$(DESTDIR)$(PREFIX)/$(header))
	rm -f $(foreach page,$(MANUALS),$(MAN)/man$(patsubst .%,%,$(suffix $(page)))/$(notdir $(page)))
	rm -f $(foreach unit,$(UNITS),$(LIB)/systemd/system/$(notdir $(unit)))
	rm -rf $(DATA)

clean: ## remove all build trees
	rm -rf build

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' Makefile

.PHONY: all tests check house unit cases policies properties scenarios faults sanitized fuzz fuzz-targets bench deps demo install \
	uninstall clean help
.DEFAULT_GOAL := all
