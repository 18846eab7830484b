# Each target works alone on a fresh Debian 12 with a Rust toolchain (1.92 or newer).
# Build products stay outside the checkout, so that a clean clone does not rebuild the world.
export CARGO_TARGET_DIR ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/usher/target
CARGO ?= cargo

.PHONY: demo test lint hw fuzz bench proof drill deb deny goldens

demo: ## A whole venue on this machine: hub, two kiosks, printers and a crowd.
	@.ci/packages build test
	$(CARGO) build --bin usher
	$(CARGO_TARGET_DIR)/debug/usher demo

test: lint ## Everything that must hold before a change lands.
	$(CARGO) test --workspace
	$(CARGO) test --manifest-path tests/oracle/Cargo.toml
	@CARGO="$(CARGO)" tests/hw/run
	fuzz/run 2

lint:
	@.ci/packages build test
	@$(CARGO) clippy -V >/dev/null 2>&1 && $(CARGO) fmt --version >/dev/null 2>&1 || rustup component add clippy rustfmt
	$(CARGO) fmt --all --check
	$(CARGO) fmt --manifest-path tests/oracle/Cargo.toml --check
	$(CARGO) clippy --workspace --all-targets -- -D warnings
	$(CARGO) clippy --manifest-path tests/oracle/Cargo.toml --all-targets -- -D warnings
	$(CARGO) clippy --bin usher --no-default-features --features hub -- -D warnings

bench: ## The figures that README quotes, into benches/RESULTS.md.
	@.ci/packages build test
	benches/run

goldens: ## Renews the golden pictures; look at every one that changed.
	@.ci/packages build test
	UPDATE_GOLDEN=1 $(CARGO) test -p ui --test golden
	UPDATE_GOLDEN=1 $(CARGO) test -p stage-ui --test stage_golden

deny: ## Licences, duplicate sources and registries of every dependency.
	command -v cargo-deny >/dev/null || $(CARGO) install cargo-deny --locked
	cargo-deny check licenses bans sources

hw: ## Every story of a device, told by emulated USB devices to a real kernel in QEMU.
	@CARGO="$(CARGO)" tests/hw/run

fuzz: ## Fuzzes everything that reads bytes of devices and files, a few seconds each.
	fuzz/run 5

proof: ## The long forms: simulator, power cuts, I/O errors, kills, fuzzing; hours. Parts and sizes: tests/proof/run.
	@.ci/packages build test
	@CARGO="$(CARGO)" tests/proof/run

drill deb:
	@echo "make $@: not built yet" >&2; exit 2
