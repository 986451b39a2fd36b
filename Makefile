# make demo   the main job, and a real difference being found
# make test   formatting, vet, staticcheck, all tests, a few seconds of each fuzz target
# make race   the packages in which much runs at once, under the race detector (part of the tests where CI is set)
# make bench  figures
# make bench-plot   docs/costs.svg and docs/costs.csv: time and memory against executions, measured anew (some minutes)
# make coverage   docs/coverage-*.md: what of each description runs, and why not the rest
# make pictures   docs/report*.png: a report's page in a browser
# make release   archives for all systems and processors, with checksums, in dist; make release-test runs what is in them
# make tutorial   the numbers in docs/tutorial.md, which other images change
# make man    manual pages in dist/man
# make peers RISU=checkout [QEMU=source tree]   RISU's own program runs what we convert and make for it, QEMU's own decoders agree

GO ?= go
export CGO_ENABLED = 0
BIN = bin/risugen
FUZZTIME ?= 20000x

.PHONY: build demo test check unit race fuzz bench bench-plot coverage pictures release release-test tutorial man peers tools tools-test clean

build:
	$(GO) build -trimpath -o $(BIN) ./cmd/risugen

tools:
	@scripts/install-tools

tools-test:
	@scripts/install-tools tests
	@scripts/fetch-system mipsel-4kc-malta arm64-arm64 armhf-armmp || [ -z "$$CI" ]

demo: tools build
	@scripts/demo $(BIN)

test: tools-test build check unit fuzz
	@[ -z "$$CI" ] || $(MAKE) race

check:
	@test -z "$$(gofmt -l .)" || { echo "not gofmt-ed:"; gofmt -l .; exit 1; }
	$(GO) vet ./...
	GOOS=linux GOARCH=mipsle $(GO) vet ./...
	GOOS=windows GOARCH=amd64 $(GO) build -o /dev/null ./...
	GOOS=darwin GOARCH=arm64 $(GO) build -o /dev/null ./...
	$(GO) tool staticcheck ./...

# Garbage is collected less often: tests that load many sets of instructions take less time, and some hundred megabytes more.
# What go test vets by itself is part of what check does.
unit:
	GOGC=400 $(GO) test -vet=off -timeout 30m ./...

# Tests with processes, connections and more than two goroutines.
RACES = Exec|Master|Remote|Client|Link|Life|Shutdown|Once|Busy|Record|Cancel

# It needs a C compiler, which nothing else does.
race:
	CGO_ENABLED=1 $(GO) test -race -short -vet=off -timeout 30m ./campaign ./runtime/remote
	CGO_ENABLED=1 $(GO) test -race -short -vet=off -timeout 30m -run '$(RACES)' ./runtime

# One target at a time: go test -fuzz takes no more.
fuzz:
	@scripts/fuzz $(FUZZTIME)

bench:
	$(GO) test -run '^$$' -bench . -benchmem ./...

bench-plot: tools build
	$(GO) run ./internal/benchplot -risugen $(BIN) -o docs

coverage: tools-test
	$(GO) test ./arch/mips ./arch/arm -run TestBinutilsList -update
	$(GO) test ./cmd/risugen -run TestEveryModelIsClean -coverage

# The page is that of a run that differs: a program for release 2 of MIPS32 on a CPU of release 1.
pictures: tools-test build
	$(BIN) check --cpu 24Kc -n 5000 --rounds 16 --seed 1 --apprentice 'qemu-mipsel -cpu 4Kc' --html bin/report.html >/dev/null || [ $$? = 1 ]
	$(GO) test ./report/html/browsertest -count=1 -run TestPictures -pictures $(CURDIR)/docs -pages '$(CURDIR)/bin/report.html#at=d2' -looks ''
	$(GO) test ./report/html/browsertest -count=1 -run TestPictures -pictures $(CURDIR)/docs -pages '$(CURDIR)/bin/report.html#grid' -looks -phone

# An archive for each system and processor in dist, which needs minutes where none was built before.
release:
	$(GO) run ./internal/release -o dist

release-test: tools-test
	$(GO) test ./internal/release -count=1 -all

tutorial: tools-test
	$(GO) test ./cmd/risugen -run TestTutorial -count=1 -tutorial

man: build
	$(BIN) man dist/man/man1

peers:
	@GO='$(GO)' scripts/peers '$(RISU)' '$(QEMU)'

clean:
	rm -rf bin dist
