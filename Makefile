# Sloop: a host that runs Lua scripts as ZeroMQ nodes.
#
#   make            build the program: build/release/sloop
#   make demo       see a client survive a server that crashes (20 s)
#   make test       run every spec in the sanitized program; last line: N passed, N failed
#                   SPECS=PATH: these; JOBS=N: N files at once
#   make lint       formatting, static analysis, both compilers, which folder may use which
#   make format     format the C sources
#   make fuzz       say nonsense to brokers and their peers in virtual time, SEEDS=50 times 20,000;
#                   play SCENARIOS=500 random ones of sockets, from number FROM=1 on, in both
#                   worlds, and compare
#   make soak       the specs that have a long form, in it: an hour; SPECS=PATH: these
#   make bench      measure, beside the same loops in plain C; BENCH="--rounds=9 --ms=500 CASE..."
#   make module     the Lua module for a plain lua5.4: build/module/sloop.so
#   make install    program, module, manual, types, completion, units; PREFIX=/usr/local, DESTDIR=
#   make uninstall  remove what it installed
#   make deb        Debian packages in build/deb: sloop, lua-sloop
#   make deps       install what is missing to build (Debian packages); demo and test do so too
#   make clean
#
# A mode is a directory: build/release, build/asan, build/module. V=1 shows whole commands, CI=true
# makes warnings errors.

CC         = gcc
PREFIX     = /usr/local
BINDIR     = $(PREFIX)/bin
LUADIR     = $(PREFIX)/lib/lua/5.4
DATADIR    = $(PREFIX)/share
DOCDIR     = $(DATADIR)/doc/sloop
ZSHDIR     = $(DATADIR)/zsh/site-functions
UNITDIR    = $(PREFIX)/lib/systemd/system
LUA_INCDIR = /usr/include/lua5.4

CFLAGS.release = -O2 -g -fno-pie
CFLAGS.asan    = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all \
                 -fno-omit-frame-pointer -fno-pie
CFLAGS.module  = -O2 -g -fPIC
CPPFLAGS       = -I. -I$(LUA_INCDIR) -D_GNU_SOURCE
WARNINGS       = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
                 -Wwrite-strings -Wundef -Wvla $(if $(filter true,$(CI)),-Werror)
LIBS           = -lzmq -luv -lsqlite3 -lpthread -lm -ldl
# C modules of scripts find Lua in the program, and nothing else of it; those of specs find all.
EXPORTS.release = -Wl,--dynamic-list=bindings/program/exports.list
EXPORTS.asan    = -rdynamic
# All of Lua, for modules such as luv.so; its hash seed is ours to choose (bindings/lua/hash_seed.c).
LINK_PROGRAM   = -no-pie -Wl,--wrap=luaS_hash \
                 -Wl,--whole-archive -l:liblua5.4.a -Wl,--no-whole-archive $(LIBS)

BUILD_PACKAGES = gcc libc6-dev libzmq3-dev liblua5.4-dev libuv1-dev libsqlite3-dev
TEST_PACKAGES  = libedit2 lua-busted lua-luv lua-cjson lua-lpeg lua5.4 python3-zmq mandoc zsh fish luarocks systemd \
                 python3-seccomp sqlite3 iproute2
DEB_PACKAGES   = build-essential debhelper lintian
LINT_PACKAGES  = clang clang-format clang-tidy lua-check lua5.4

say = $(if $(V),,@echo '  $(1)  $@';)

sources := $(wildcard $(foreach d,host bindings,$(d)/*/*.c $(d)/*/*/*.c))
folders := $(shell find scripts patterns -type d ! -path scripts/meta 2>/dev/null)
scripts := $(sort $(wildcard $(addsuffix /*.lua,$(folders)) docs/*.md))
objects  = $(sources:%.c=build/$(1)/%.o) build/embedded.o

.PHONY: all program demo test soak lint format bench fuzz module install install-program uninstall deb deps deps-deb deps-test deps-lint clean
all program: build/release/sloop
module: build/module/sloop.so

build/release/sloop: $(call objects,release)
	$(call say,LD)$(CC) $(CFLAGS.release) $(EXPORTS.release) -o $@ $^ $(LDFLAGS) $(LINK_PROGRAM)
build/asan/sloop: $(call objects,asan)
	$(call say,LD)$(CC) $(CFLAGS.asan) $(EXPORTS.asan) -o $@ $^ $(LDFLAGS) $(LINK_PROGRAM)
build/module/sloop.so: $(filter-out %/bindings/program/main.o,$(call objects,module))
	$(call say,LD)$(CC) $(CFLAGS.module) -shared -Wl,-Bsymbolic \
	  -Wl,--version-script=bindings/program/module.map -o $@ $^ $(LDFLAGS) $(LIBS)

# For specs: the core from C, loaded by the sanitized program, whose functions it calls.
build/asan/spec/host.so: $(wildcard spec/host/*.[ch]) build/asan/sloop
	@mkdir -p $(@D)
	$(call say,LD)$(CC) -std=gnu11 $(CFLAGS.asan) -fPIC -shared $(CPPFLAGS) $(WARNINGS) -o $@ \
	  $(filter %.c,$^)

# For specs: what a program's disk does, recorded or failing; loopback addresses of its own.
build/spec/%.so: spec/%/preload.c | build/ready
	@mkdir -p $(@D)
	$(call say,CC)$(CC) -std=gnu11 -O2 -fPIC -shared $(CPPFLAGS) $(WARNINGS) -o $@ $< -ldl -lpthread

define compile
build/$(1)/%.o: %.c Makefile | build/ready
	@mkdir -p $$(@D)
	$$(call say,CC)$$(CC) -std=gnu11 $$(CFLAGS.$(1)) $$(CFLAGS) $$(CPPFLAGS) $$(WARNINGS) -MMD -MP -c -o $$@ $$<
endef
$(foreach mode,release asan module,$(eval $(call compile,$(mode))))
-include $(foreach mode,release asan module,$(sources:%.c=build/$(mode)/%.d))

# Scripts become part of the program: a table of path, text and size (bindings/lua/embedded.h).
# The folders are prerequisites because a removed script changes only its folder.
build/embedded.s: $(scripts) $(folders) docs Makefile
	@mkdir -p $(@D)
	@{ echo '.section .rodata'; n=0; \
	   for path in $(scripts); do n=$$((n + 1)); \
	     printf '.Lpath%d: .asciz "%s"\n.Ltext%d: .incbin "%s"\n.Lend%d: .byte 0\n' \
	       $$n $$path $$n $$path $$n; done; \
	   echo '.section .data.rel.ro,"aw"'; echo '.balign 8'; \
	   echo '.globl embedded_files'; echo 'embedded_files:'; \
	   for path in $(scripts); do i=$$((i + 1)); \
	     echo ".quad .Lpath$$i, .Ltext$$i, .Lend$$i - .Ltext$$i"; done; \
	   echo '.quad 0, 0, 0'; echo '.globl embedded_count'; echo "embedded_count: .quad $$n"; echo '.section .note.GNU-stack,"",%progbits'; } > $@
build/embedded.o: build/embedded.s | build/ready
	$(call say,AS)$(CC) -c -o $@ $<

# Each measured C program is one file and what they share; so is the load, also as a library.
bench_nodes := $(patsubst bench/nodes/%.c,build/bench/%,$(wildcard bench/nodes/*.c))
bench_load  := $(wildcard bench/load/*.c)
bench: build/release/sloop build/bench/load build/bench/load.so $(bench_nodes)
	@build/release/sloop lua bench/run.lua $(BENCH)
$(bench_nodes): build/bench/%: bench/nodes/%.c
build/bench/load: $(filter-out %/preload.c,$(bench_load))
build/bench/load.so: $(filter-out %/main.c,$(bench_load))
$(bench_nodes) build/bench/load build/bench/load.so: $(wildcard bench/lib/*.c bench/*/*.h) | build/ready
	@mkdir -p $(@D)
	$(call say,CC)$(CC) -std=gnu11 -O2 $(if $(filter %.so,$@),-shared -fPIC) $(CPPFLAGS) $(WARNINGS) \
	  -o $@ $(filter %.c,$^) -lzmq -lpthread -ldl $(if $(filter %/states,$@),-l:liblua5.4.a -lm) \
	  $(if $(filter %/sqlite,$@),-lsqlite3)

# Found once: a compiler and the libraries' headers.
build/ready: | $(if $(filter demo test lint deps%,$(MAKECMDGOALS)),deps)
	@mkdir -p $(@D)
	@printf '#include <%s>\n' lua.h zmq.h uv.h sqlite3.h | $(CC) $(CPPFLAGS) -E - >/dev/null 2>&1 || \
	  { echo "Sloop needs: $(BUILD_PACKAGES). 'make deps' installs them." >&2; exit 1; }
	@touch $@

deps:
	@.ci/deps $(BUILD_PACKAGES)
deps-test: deps
	@.ci/deps $(TEST_PACKAGES)
deps-deb: deps
	@.ci/deps $(DEB_PACKAGES)
deps-lint: deps
	@.ci/deps $(LINT_PACKAGES)

demo: deps build/release/sloop
	@SLOOP=build/release/sloop sh patterns/lazy_pirate/demo.sh
test: deps-test build/asan/sloop build/asan/spec/host.so build/spec/disk.so build/spec/loopback.so build/release/sloop build/module/sloop.so
	@build/asan/sloop lua spec/run.lua $(SPECS)
lint: deps-lint
	@.ci/lint "$(CPPFLAGS)" "$(filter-out -Werror,$(WARNINGS))" $(sources)
format: deps-lint
	clang-format -i $$(git ls-files --cached --others --exclude-standard '*.[ch]')

soak: SPECS := $(or $(SPECS),$(shell grep -rl 'getenv "SOAK"' spec))
soak: export SOAK = 1
soak: export LIMIT = 3600
soak: test

fuzz: build/release/sloop
	@set -e; for file in mdp ppp lb flp peers; do echo "== $$file"; \
	   build/release/sloop sim spec/fuzz/$$file.lua --seeds=$(or $(SEEDS),50); done; \
	   echo "== worlds"; build/release/sloop lua spec/fuzz/worlds.lua $(or $(SCENARIOS),500) $(FROM)

# The manual and the units are made; the rest is installed as it is.
build/man/sloop.1: packaging/man.lua build/release/sloop
	@mkdir -p $(@D)
	$(call say,MAN)build/release/sloop lua packaging/man.lua $(@D)
build/systemd/%.service: packaging/systemd/%.service.in packaging/systemd/service.in FORCE
	@mkdir -p $(@D)
	@cat $(wordlist 1,2,$^) | sed 's#@BINDIR@#$(BINDIR)#' >$@

FORCE: # the paths may be others than last time
units   = sloop@.service sloop-topology@.service
INSTALL = install -D
files   = $(INSTALL) -m 644 -t $(DESTDIR)

install-program: program module
	$(INSTALL) -m 755 build/release/sloop $(DESTDIR)$(BINDIR)/sloop
	$(INSTALL) -m 755 build/module/sloop.so $(DESTDIR)$(LUADIR)/sloop.so
install: install-program build/man/sloop.1 $(units:%=build/systemd/%)
	$(files)$(DATADIR)/sloop/meta scripts/meta/*.lua
	$(files)$(DATADIR)/sloop/meta/sloop scripts/library/*.lua scripts/testing/*.lua
	for file in $$(find patterns -name '*.lua'); do \
	  $(INSTALL) -m 644 $$file $(DESTDIR)$(DATADIR)/sloop/$$file; done
	$(files)$(DATADIR)/man/man1 build/man/*.1
	$(INSTALL) -m 644 packaging/completion/sloop.bash \
	  $(DESTDIR)$(DATADIR)/bash-completion/completions/sloop
	$(files)$(ZSHDIR) packaging/completion/_sloop
	$(files)$(DATADIR)/fish/vendor_completions.d packaging/completion/sloop.fish
	$(files)$(UNITDIR) $(units:%=build/systemd/%)
	for file in README.md $$(find docs patterns -name '*.md' -o -name '*.svg'); do \
	  $(INSTALL) -m 644 $$file $(DESTDIR)$(DOCDIR)/$$file; done
uninstall:
	rm -f $(addprefix $(DESTDIR),$(BINDIR)/sloop $(LUADIR)/sloop.so $(ZSHDIR)/_sloop \
	  $(DATADIR)/man/man1/sloop.1 $(DATADIR)/man/man1/sloop-*.1 $(units:%=$(UNITDIR)/%) \
	  $(DATADIR)/bash-completion/completions/sloop $(DATADIR)/fish/vendor_completions.d/sloop.fish)
	rm -rf $(DESTDIR)$(DATADIR)/sloop $(DESTDIR)$(DOCDIR)
	@rmdir --ignore-fail-on-non-empty $(wildcard $(addprefix $(DESTDIR),$(foreach folder, \
	  $(DATADIR)/fish/vendor_completions.d $(DATADIR)/bash-completion/completions $(ZSHDIR) \
	  $(LUADIR) $(UNITDIR),$(folder) $(patsubst %/,%,$(dir $(folder)))) \
	  $(DATADIR)/man/man1 $(DATADIR)/doc))

# From a copy, so that nothing of debhelper's is left in the tree.
deb: deps-deb
	@rm -rf build/deb && mkdir -p build/deb/sloop
	@tar -c --exclude=./build --exclude=./.git . | tar -x -C build/deb/sloop
	cd build/deb/sloop && dpkg-buildpackage --build=binary --no-sign
	lintian --fail-on error build/deb/*.changes

clean:
	rm -rf build
