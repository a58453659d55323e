# `make` alone lists what there is.
.DEFAULT_GOAL := help
FUZZTIME ?= 60s
NEMESIS ?= 5m
DEMO := -ephemeral -https-address 127.0.0.1:8443 -root-password secret -hosts 4 -vms 200

.PHONY: help build run demo test chapter nemesis lint vuln fuzz bench cover docker-steps clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  %-13s %s\n", $$1, $$2}' Makefile

build: ## build all commands into bin/
	CGO_ENABLED=0 go build -trimpath -o bin/ ./cmd/...

run: ## run the daemon; flags in ARGS="..."
	go run ./cmd/xapid $(ARGS)

demo: ## run a pool of 4 hosts and 200 VMs at https://127.0.0.1:8443 (root/secret)
	go run ./cmd/xapid $(DEMO) $(ARGS)

test: ## everything that must pass: clients, lint, tests with the race detector
	scripts/test

chapter: ## type an administrator's story into xe and show the transcript; XE=... for another xe
	go test -count=1 -v ./test/chapter

nemesis: ## break pools of 3 and 5 for NEMESIS (5m) each, print the verdict
	NEMESIS=$(NEMESIS) NEMESIS_LOG=nemesis.log go test -count=1 -timeout 60m -v ./test/pool

lint: ## gofmt, go vet, staticcheck
	scripts/lint

vuln: ## look for known vulnerabilities in what is used (asks vuln.go.dev)
	go tool govulncheck ./...

fuzz: ## run every fuzz target for FUZZTIME (60s)
	scripts/fuzz $(FUZZTIME)

bench: ## run every Go benchmark once
	go test -run '^$$' -bench . -benchmem ./...

cover: ## coverage.html and the total
	go test -coverpkg=./... -coverprofile=coverage.out ./...
	go tool cover -html=coverage.out -o coverage.html
	@go tool cover -func=coverage.out | tail -n 1

docker-steps: ## do by hand, without Docker, what the Dockerfile says, and try the result
	scripts/docker-steps

clean: ## remove what the other targets made
	rm -rf bin coverage.out coverage.html
