# ipsec-relay: `make help` lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

# node-gyp (raw-socket, cap) uses the headers that came with node, where there are any.
NODE_PREFIX := $(shell node -p 'require("path").dirname(require("path").dirname(process.execPath))' 2>/dev/null)
ifneq ($(wildcard $(NODE_PREFIX)/include/node/node_api.h),)
export npm_config_nodedir := $(NODE_PREFIX)
endif

PROTO := src/control/control.proto
GENERATED := src/control/generated/control.js src/control/generated/control.d.ts
SOURCES := $(shell find src test bench -name '*.ts' 2>/dev/null)

.PHONY: help
help: ## Show this list
	@grep -hE '^[a-z][a-z0-9-]*:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

node_modules/.package-lock.json: package.json package-lock.json
	npm ci
	@touch $@

.PHONY: native
native: node_modules/.package-lock.json ## Build the native addon (native/build/ipsec_relay.node)
	@$(MAKE) -C native

# The types come from the commented code, which is not kept: it is more than twice as long.
PROTO_OUT ?= src/control/generated
PBJS := pbjs -t static-module -w esm --force-number --no-service --no-delimited --no-convert --no-verify --no-typeurl

.PHONY: proto
proto: node_modules/.package-lock.json ## Regenerate src/control/generated from control.proto
	mkdir -p $(PROTO_OUT)
	$(PBJS) $(PROTO) | pbts -o $(PROTO_OUT)/control.d.ts -
	$(PBJS) --no-comments -o $(PROTO_OUT)/control.js $(PROTO)

.PHONY: bpf
bpf: native/build/bpf/layout.h ## Build the programs for the kernel (native/build/bpf/)
	@$(MAKE) -C native bpf

# Rewritten only where it changed, so that the programs are not compiled anew for nothing.
native/build/bpf/layout.h: dist/.built
	@mkdir -p $(@D)
	@node dist/src/relay/write-layout.js >$@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

.PHONY: build
build: native dist/.built bpf bin/ipsec-relayd bin/ipsec-relay ## Build everything: bin/ipsec-relayd and bin/ipsec-relay

dist/.built: node_modules/.package-lock.json tsconfig.json $(SOURCES) $(GENERATED)
	rm -rf dist && tsc -p .
	mkdir -p dist/src/control/generated
	cp src/control/generated/control.js dist/src/control/generated/
	@touch $@

bin/ipsec-relayd: dist/.built
	@mkdir -p bin && chmod +x dist/src/daemon/main.js && ln -sfn ../dist/src/daemon/main.js $@

bin/ipsec-relay: dist/.built
	@mkdir -p bin && chmod +x dist/src/cli/main.js && ln -sfn ../dist/src/cli/main.js $@

# Every folder but those with a target of their own: a new one takes part by itself.
UNIT_TESTS := 'dist/test/!(netns|oracle)/**/*.test.js'
NODE24 := run/node24/node_modules/.bin/node

.PHONY: test
# Two lanes, since the unit tests hardly use a second CPU; the second one's output comes when it is done. It is a process
# group of its own, so that all of it ends when this is interrupted.
test: setup build $(NODE24) ## Set up, then run every test, the slow ones too
	@mkdir -p run; failed=''; \
	part() { printf '\n=== make test-%s\n' $$1; $(MAKE) test-$$1 || { echo "failed: test-$$1"; return 1; }; }; \
	set -m; \
	{ for name in oracle asan node24; do part $$name || failed=1; done; [ -z "$$failed" ]; } >run/test-lane.log 2>&1 </dev/null & \
	lane=$$!; set +m; trap 'kill -- -$$lane 2>/dev/null || true' EXIT; \
	for name in lint unit; do part $$name || failed="$$failed test-$$name"; done; \
	wait $$lane || failed="$$failed $$(sed -n 's/^failed: //p' run/test-lane.log | tr '\n' ' ')"; cat run/test-lane.log; \
	part netns || failed="$$failed test-netns"; \
	[ -z "$$failed" ] || { echo "failed:$$failed" >&2; exit 1; }

.PHONY: test-lint
test-lint: build ## Lint, format and import directions (Biome), shell scripts (shellcheck)
	biome ci --colors=off .
	shellcheck -x -P SCRIPTDIR netns-scripts/*/*.sh netns-scripts/topology/lib/*.sh netns-scripts/demo/*/*.sh test/native/*.sh .ci/run

.PHONY: test-unit
test-unit: build ## Unit and property tests
	mocha $(UNIT_TESTS)

.PHONY: test-oracle
test-oracle: build ## The data plane beside outside judges: tshark, and a model in Python with scapy
	mocha 'dist/test/oracle/**/*.test.js'

.PHONY: test-asan
test-asan: build ## The addon's tests under AddressSanitizer and UndefinedBehaviorSanitizer
	test/native/asan.sh

.PHONY: test-node24
# Without the tests of host set-up: they are slow because of ip(8) and the kernel, with any version of Node.
test-node24: build $(NODE24) ## Unit and property tests on Node 24
	$(NODE24) node_modules/mocha/bin/mocha.js --ignore 'dist/test/host/*.test.js' $(UNIT_TESTS)

run/daemons/openiked:
	@netns-scripts/setup/daemons.sh

$(NODE24):
	@mkdir -p run/node24
	npm install --prefix run/node24 --no-save --no-package-lock node@24

.PHONY: test-netns
# One at a time those that measure, that count lost packets, or run Node in a guest; the others, which wait much, in
# threes. A test that fails is tried once more: on a busy machine a ping may be late.
NETNS := mocha --timeout 120000 --retries 1
ALONE := $(foreach name,flood exchange-flood exchange-hostile changes rekey ah edge-beside edge-inside transport endpoint-aware,dist/test/netns/$(name).test.js)
test-netns: build run/daemons/openiked ## Integration tests: real kernels in User-Mode Linux guests, namespaces
	@failed=''; \
	$(NETNS) $(ALONE) || failed=1; \
	$(NETNS) --parallel --jobs 3 $(foreach file,$(ALONE),--ignore $(file)) 'dist/test/netns/**/*.test.js' || failed=1; \
	[ -z "$$failed" ]

.PHONY: lint
lint: ## Format and lint, and apply all safe fixes
	biome check --write .

.PHONY: record-life
record-life: setup build ## Record test/corpus/life anew: a connection's life on both legs, with its keys (as root)
	node dist/test/netns/record-life.js

.PHONY: bench
bench: setup build ## Measure: pipeline over memory, then TUN beside its peers
	@$(MAKE) -C bench/peers
	node dist/bench/memory.js
	node dist/bench/regression.js
	node dist/bench/control.js
	node dist/bench/legs.js
	node dist/bench/exchanges.js
	node dist/bench/endpoint.js
	node dist/bench/exchange.js
	node dist/bench/setup.js
	node dist/bench/netns.js

.PHONY: setup
setup: ## Install what is missing: Debian packages (as root) and npm packages
	@netns-scripts/setup/setup.sh

.PHONY: demo demo-clean
demo: ## Show strongSwan through the relay (as root; STORY=spi: SAs by hand; KEEP=1 leaves it up)
	@netns-scripts/setup/setup.sh
	@netns-scripts/demo/demo.sh

demo-clean: ## Remove the topology that make demo KEEP=1 left up
	@netns-scripts/demo/demo.sh clean

.PHONY: clean
clean: ## Remove all that was built
	rm -rf dist bin native/build coverage
