# make run      build, and run the gateway on a simulated bus of 20 meters
# make test     lint, build and run all tests
# make release  the optimised, stripped executable in .build/release
# make lint     format, import rules and forbidden words
# make fuzz     ten minutes of rubbish to the Modbus port, while a neighbour polls
# make soak     three minutes of 80 Modbus connections, while the bus is scanned
.PHONY: run test release lint fuzz soak setup-run setup-test setup-release

run: setup-run
	swift build --product metergate
	@scripts/demo

test: setup-test lint
	swift build --build-tests
	swift test --skip-build

release: setup-release
	swift build -c release --product metergate --static-swift-stdlib
	strip .build/release/metergate
	@ls -l .build/release/metergate

fuzz soak: setup-run
	swift build --product metergate
	swift build --product ModbusConformance
	scripts/load $@

lint:
	scripts/lint

setup-run setup-test setup-release: setup-%:
	@scripts/setup $*
