# Everything a person types is listed by `make help`; the other targets are steps of those.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

CACHE   := .cache
DRIVER  := $(CACHE)/playwright-driver
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
TEMPL   := $(shell find views -name '*.templ')
SOURCES := $(shell find static/src -type f)
GOFILES  = $(shell git ls-files -co --exclude-standard '*.go')

# Errors that need no look: rows.Err() has told already, a body that was read, words to a person's terminal.
UNCHECKED := '(*database/sql.Rows).Close' '(hookline/internal/sqlite.rows).Close' '(io.ReadCloser).Close' fmt.Fprint fmt.Fprintf fmt.Fprintln

# The race detector, but for SQLite: its C code in Go's clothes, on memory that is not Go's, where the detector can find
# nothing and takes four times as long; and but for argon2, which is made to be slow and hashes a password in most tests
# of pages. Our own code and all else is watched.
RACE := -race -gcflags=modernc.org/sqlite/lib=-race=false -gcflags=golang.org/x/crypto/argon2=-race=false

# The machines that a release is for. The binaries need nothing of a system but its kernel.
PLATFORMS := linux-amd64 linux-arm64 darwin-amd64 darwin-arm64
# Where a release spends its time; the compiler goes by it.
PROFILE   := cmd/hookline/release.pgo
GOBUILD    = CGO_ENABLED=0 go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)'

.PHONY: help run test check e2e bench seed faults strace pictures build profile clean generate assets browser lint vuln toolchain binary always

help: ## show this list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: binary ## set up, build and start Hookline on http://127.0.0.1:8080, data in ./data
	./bin/hookline serve

test: check e2e faults ## set up and run every test: the checks, the browser stories, the faults

check: generate assets lint ## formatting, vet, staticcheck, errcheck, go test -race, known weaknesses
	go test $(RACE) -shuffle=on -timeout 45m ./...
	@$(MAKE) --no-print-directory vuln

e2e: generate assets browser e2e/clients/node_modules/.stamp ## the stories in a real browser, against the whole house
	go test -tags e2e $(RACE) -c -o $(CACHE)/e2e.test ./e2e
	cd e2e && ../$(CACHE)/e2e.test -test.list . > ../$(CACHE)/stories.txt
	@$(MAKE) --no-print-directory -j2 stories-0 stories-1

pictures: ## take the manual's pictures from e2e/out, which E2E_PICTURES=1 make e2e fills
	go run ./internal/docs/choose

bench: generate assets ## measure it and mark every figure against its target; LONG=1: also with millions stored
	go run ./e2e/bench $(if $(LONG),-long)

seed: generate assets ## make a database with N deliveries (5,000,000) in data-seed, to look at and to measure
	go run ./e2e/bench seed $(if $(N),-n $(N))

faults: binary strace ## hurt a running Hookline and look what holds; LONG=1 takes a night
	go run ./e2e/faults -hookline bin/hookline $(if $(LONG),-long) $(if $(ONLY),-only $(ONLY)) $(if $(SEED),-seed $(SEED))

build: binary $(PLATFORMS:%=bin/hookline-%) ## binaries with everything in them, for Linux and macOS, in bin/
	@cp static/dist/NOTICES.txt LICENSE bin/

profile: binary ## measure anew where a release spends its time, for the compiler
	rm -rf $(CACHE)/profiles && mkdir -p $(CACHE)/profiles
	go run ./e2e/bench -hookline bin/hookline -only singles,batches,gathered -profiles $(CACHE)/profiles
	go tool pprof -proto $(CACHE)/profiles/*.pprof > $(PROFILE)

clean: ## remove what was built; ./data stays
	rm -rf bin node_modules $(CACHE) e2e/out e2e/clients/node_modules
	find static/dist -type f ! -name .gitkeep -delete
	find views -name '*_templ.go' -delete

# --- steps -------------------------------------------------------------------------------------------------------

# For this machine alone. VERSION is part of it, so it is always made; Go's cache makes that quick.
binary: generate assets
	$(GOBUILD) -o bin/hookline ./cmd/hookline

# Compiled with a profile, which takes a minute or two longer and is worth a few per cent of the processor's time.
bin/hookline-%: generate assets
	GOOS=$(word 1,$(subst -, ,$*)) GOARCH=$(word 2,$(subst -, ,$*)) $(GOBUILD) -pgo=$(PROFILE) -o $@ ./cmd/hookline

toolchain:
	@command -v go >/dev/null || { echo "Go is missing: install Go 1.26 or newer from https://go.dev/dl/ and run make again."; exit 1; }
	@if command -v npm >/dev/null && command -v gcc >/dev/null; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && apt-get install -y -qq --no-install-recommends npm gcc libc6-dev; \
	else echo "Node.js 20 with npm, and a C compiler for go test -race, are needed: install them and run make again."; exit 1; fi

node_modules/.stamp: package.json package-lock.json .npmrc | toolchain
	npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

# Published client libraries, which the stories send events with; Hookline itself needs none of them.
e2e/clients/node_modules/.stamp: e2e/clients/package.json e2e/clients/package-lock.json e2e/clients/.npmrc | toolchain
	cd e2e/clients && npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

generate: $(CACHE)/templ.stamp

$(CACHE)/templ.stamp: $(TEMPL) go.mod | toolchain
	go tool templ generate -path views
	@mkdir -p $(@D) && touch $@

assets: static/dist/meta.json static/dist/NOTICES.txt

$(CACHE)/icons.svg: node_modules/.stamp static/icons.txt static/internal/sprite/main.go
	@mkdir -p $(@D)
	go run ./static/internal/sprite -names static/icons.txt -from node_modules/@tabler/icons/icons -out $@

# The hash in each name is what lets browsers keep a file for a year; static.Path finds the name through meta.json.
static/dist/meta.json: node_modules/.stamp $(CACHE)/icons.svg $(SOURCES) Makefile
	@find static/dist -type f ! -name .gitkeep -delete
	go tool esbuild static/src/app.js static/src/theme.js static/src/app.css static/src/favicon.svg $(CACHE)/icons.svg \
	  --bundle --splitting --format=esm --target=es2022 --minify --outdir=static/dist --outbase=static/src \
	  '--entry-names=[name]-[hash]' '--chunk-names=[name]-[hash]' '--asset-names=[name]-[hash]' \
	  --loader:.svg=copy --loader:.woff2=file --public-path=/static --legal-comments=linked --metafile=$@ --log-level=warning

# The licences of what a binary for any of the platforms contains, read from the modules and packages themselves. It is
# always made, because an import may bring in a module that go.mod had already; it is only written when it differs.
static/dist/NOTICES.txt: static/dist/meta.json $(CACHE)/templ.stamp always
	@for os in linux darwin; do CGO_ENABLED=0 GOOS=$$os go list -deps \
	  -f '{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}} {{.Dir}}{{end}}{{end}}' ./cmd/hookline; done | sort -u | sed '/^$$/d' | \
	  go run ./static/internal/notices -meta static/dist/meta.json -go "$$(go env GOROOT)" -also node_modules/@tabler/icons -out $@

# Every other story: two browsers at a time, each with a driver and houses of its own.
stories-%: always
	cd e2e && ../$(CACHE)/e2e.test -test.shuffle=on -test.timeout 75m \
	  -test.run "^($$(awk 'NR % 2 == $*' ../$(CACHE)/stories.txt | paste -s -d '|'))\$$"

lint: generate assets
	@unformatted=$$(go tool gofumpt -l $(GOFILES)); test -z "$$unformatted" || { echo "not formatted (go tool gofumpt -l -w …):"; echo "$$unformatted"; exit 1; }
	go vet -tags e2e ./...
	go tool staticcheck -tags e2e ./...
	@mkdir -p $(CACHE) && printf '%s\n' $(UNCHECKED) > $(CACHE)/errcheck.txt
	go tool errcheck -ignoregenerated -tags e2e -exclude $(CACHE)/errcheck.txt ./...

# Without its database govulncheck cannot answer: that is said, and is no failure. What it finds is one.
vuln:
	@status=0; go tool govulncheck ./... > $(CACHE)/govulncheck.txt 2>&1 || status=$$?; cat $(CACHE)/govulncheck.txt; \
	if grep -q 'fetching vulnerabilities' $(CACHE)/govulncheck.txt; then \
	  echo "govulncheck NOT RUN: its database cannot be reached from here, so known weaknesses were not looked for."; exit 0; fi; \
	exit $$status

# The driver is playwright-core from package-lock.json; a version the Go library would refuse is refused here, with a reason.
$(DRIVER)/.stamp: node_modules/.stamp go.mod
	go mod download github.com/playwright-community/playwright-go
	@want=$$(sed -n 's/^const playwrightCliVersion = "\(.*\)"/\1/p' "$$(go list -m -f '{{.Dir}}' github.com/playwright-community/playwright-go)/run.go"); \
	have=$$(node -p 'require("./node_modules/playwright-core/package.json").version'); \
	test "$$want" = "$$have" || { echo "package.json must pin playwright-core $$want (it has $$have)"; exit 1; }
	@rm -rf $(DRIVER) && mkdir -p $(DRIVER)
	cp -R node_modules/playwright-core $(DRIVER)/package
	@touch $@

# Without strace some faults cannot be made: that is said, and they are counted as not run.
strace:
	@if ! command -v strace >/dev/null && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && apt-get install -y -qq --no-install-recommends strace || true; fi

# A browser: $E2E_BROWSER, else one on PATH, else Debian's package, else Playwright's own download.
browser: $(DRIVER)/.stamp
	@if [ -n "$${E2E_BROWSER:-}" ]; then exit 0; fi; \
	for b in chromium chromium-browser google-chrome; do if command -v $$b >/dev/null; then exit 0; fi; done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && \
	  apt-get install -y -qq --no-install-recommends chromium fonts-liberation; then exit 0; fi; \
	node $(DRIVER)/package/cli.js install --only-shell chromium
