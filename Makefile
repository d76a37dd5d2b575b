# What can be done here: `make demo`, `make test`, `make bench`, `make eval`, `make fuzz`, `make soundness`. Each can be run again.
# Every step of `make test` is a target of its own, so that one can be run alone.

.PHONY: demo test bench eval fuzz soundness picture phrases build web screenshots \
        set-up format lint documentation licences tidy direction checks-tested web-checks unit-tests cases generated api page readme \
        fuzz-briefly

BINARY := target/release/equipoise
CARGO_FLAGS := --release --locked

demo: ## builds the program with its page, plans the sample portfolios, and keeps three households in a simulated market on the page
	@scripts/set_up build
	@$(MAKE) --no-print-directory web
	@echo "demo: building $(BINARY) (the first time takes about eight minutes on two cores)"
	cargo build $(CARGO_FLAGS)
	@echo "demo: planning the sample portfolios of examples/"
	$(BINARY) demo --plans
	@echo "demo: keeping three households in a simulated market, on a page in the browser; Ctrl-C ends it"
	$(BINARY) demo --page

test: ## everything below, with the seconds of each step
	@scripts/run_steps set-up format tidy direction checks-tested licences web-checks web lint documentation \
		unit-tests build cases generated api page readme fuzz-briefly

bench: ## the optimiser against its goals and its peers; writes docs/benchmarks.md; a few minutes and no page with QUICK=1
	@scripts/set_up bench
	@$(MAKE) --no-print-directory web
	cargo build $(CARGO_FLAGS) --workspace
	python3 bench/report.py target/release .tools/peers/bin/python $(if $(QUICK),--quick)

eval: build ## the small models that can be run here, on portfolios and phrases; writes docs/models.md; no page with QUICK=1
	@scripts/set_up test
	python3 bench/models.py $(BINARY) $(if $(QUICK),--quick)

fuzz: ## every parser for SECONDS each (300 if not given)
	@scripts/set_up test
	fuzz/run $(or $(SECONDS_EACH),300)

soundness: ## COUNT small documents of every family (5,000 if not given), a fiftieth as many of default size, planted faults
	cargo build $(CARGO_FLAGS) --workspace
	target/release/soundness all 1 $(or $(COUNT),5000) --stocks 4 --lots 2 --accounts 2
	target/release/soundness all 1 $(or $(COUNT),5000) --stocks 3 --lots 1 --accounts 1
	target/release/soundness all 1 $$(( ($(or $(COUNT),5000) + 49) / 50 ))
	python3 scripts/plant_faults.py

picture: build ## docs/demo.svg from the output of the program as it is
	python3 scripts/demo_picture.py $(BINARY) docs/demo.svg

PHRASES := crates/propose/tests/phrases

phrases: ## how well an investor's words are understood; writes docs/phrases.md
	cargo run $(CARGO_FLAGS) -q -p propose --example phrase_rates -- $(PHRASES)/context.json \
		public=cases/preferences/phrases.jsonl tuned=$(PHRASES)/tuned.jsonl held-out=$(PHRASES)/held_out.jsonl \
		"held-out 2=$(PHRASES)/held_out_2.jsonl" "held-out 3=$(PHRASES)/held_out_3.jsonl" \
		"held-out 4=$(PHRASES)/held_out_4.jsonl" "held-out 5=$(PHRASES)/held_out_5.jsonl" \
		"held-out 6=$(PHRASES)/held_out_6.jsonl" "held-out 7=$(PHRASES)/held_out_7.jsonl" \
		"held-out 8=$(PHRASES)/held_out_8.jsonl" "held-out 9=$(PHRASES)/held_out_9.jsonl" "held-out 10=$(PHRASES)/held_out_10.jsonl" \
		"held-out 11=$(PHRASES)/held_out_11.jsonl" "held-out 12=$(PHRASES)/held_out_12.jsonl" \
		"held-out 13=$(PHRASES)/held_out_13.jsonl" "held-out 14=$(PHRASES)/held_out_14.jsonl" \
		"held-out 15=$(PHRASES)/held_out_15.jsonl" \
		--first $(PHRASES)/first_readings.json --page docs/phrases.md

web: web/dist/index.html ## the page, into web/dist, from where the program takes it in

# Made only where something of it has changed: cargo builds the program anew where this folder has.
web/dist/index.html: web/node_modules/.package-lock.json web/index.html web/vite.config.ts web/precompress.ts \
		$(shell find web/src web/public -type f)
	cd web && npm run --silent build

# What npm installs is as new as the lock file.
web/node_modules/.package-lock.json: web/package-lock.json
	cd web && npm ci --no-audit --no-fund --prefer-offline

build: web
	cargo build $(CARGO_FLAGS)

screenshots: build ## the screens of the page as it is, light and dark, into docs/screens/
	@scripts/set_up test
	cd web && EQUIPOISE=../$(BINARY) npm run --silent screenshots

# The steps of `make test`.

set-up: ## installs what is missing, or prints the line to run
	@scripts/set_up test

format:
	cargo fmt --all --check
	cargo fmt --manifest-path fuzz/Cargo.toml --check

tidy: ## layout, names, openings of files, links, words that don't belong here, repeated code
	python3 scripts/check_tidy.py
	python3 scripts/check_words.py
	python3 scripts/check_repeats.py

direction: ## which crate may depend on which
	python3 scripts/check_direction.py

checks-tested: ## the checks above find what they look for
	python3 scripts/test_checks.py

licences: ## licences, bans and sources of the dependencies; for advisories see deny.toml
	cargo fetch --locked
	.tools/bin/cargo-deny --offline --locked check --hide-inclusion-graph licenses bans sources

lint:
	cargo clippy $(CARGO_FLAGS) --workspace --all-targets -- -D warnings

documentation:
	RUSTDOCFLAGS=-Dwarnings cargo doc $(CARGO_FLAGS) --workspace --no-deps

unit-tests: ## unit, property and scenario tests, doc tests
	cargo test $(CARGO_FLAGS) --workspace

cases: build ## the public cases, judged by an independent program
	python3 tools/check_cases.py $(BINARY) cases

FAMILIES := etf whole household direct tracking withdraw rules crowded impact volatility sectors accounts \
            shares carry lots location digits mixed

generated: build ## 3 seeded documents of each family, judged by the same independent program
	@for family in $(FAMILIES); do python3 bench/judge.py $(BINARY) $$family 1 3 || exit 1; done
	@python3 bench/judge.py $(BINARY) classes 1 3 --stocks 40

api: build ## the whole API, asked from its own description: no address fails or answers what is not described
	python3 scripts/check_api.py $(BINARY) .tools/api/bin/schemathesis

web-checks: web/node_modules/.package-lock.json ## the page's client against the API's description, format, lints, types and unit tests
	cd web && npm run --silent check

page: build ## the page in a real browser against the real program
	cd web && EQUIPOISE=../$(BINARY) npm run --silent e2e

readme: build ## the commands of the README, of docs/orders.md and of docs/house.md print what they say
	python3 scripts/check_readme.py README.md
	python3 scripts/check_readme.py docs/orders.md
	python3 scripts/check_readme.py docs/house.md

fuzz-briefly: ## 10,000 inputs for each parser, the same ones everywhere; `make fuzz` searches on
	fuzz/run 10000x
