# make run      build, and run the gateway on a simulated bus of 20 meters
# make test     lint, build and run all tests
# make release  the optimised, stripped executable in .build/release
# make lint     format, import rules and forbidden words
# make fuzz     five minutes of requests made of the description of the API; five of damaged files and telegrams to all
#               readers, ten of rubbish to the Modbus port, while a neighbour polls
# make soak     30 days of 250 meters with faults in virtual time; three minutes of a line in real time, shared with
#               another master; how long the web page takes for 500 meters; three minutes of 80 Modbus connections,
#               while the bus is scanned; then thousands of scans in virtual time
# How many tests run at a time: more of them, which wait for other programs, starve each other on two cores.
WIDTH = 8
# The run-time checks of exclusive access, most of them in SwiftNIO, are a third of all instructions for a
# Modbus request; the tests run with them.
EXCLUSIVITY = -enforce-exclusivity=unchecked
# SwiftNIO's generics, specialised where they are used: 3 to 5 % less time a Modbus request, 1 MB more.
OPTIMIZATION = -cross-module-optimization
# No symbols for other programs, so that what nobody calls is left out: 3 MB less.
LINKING = --no-export-dynamic
.PHONY: run test release lint fuzz fuzz-api soak soak-readouts soak-line soak-page setup-run setup-test setup-release

run: setup-run
	swift build --product metergate
	@scripts/demo

test: setup-test lint
	swift build --build-tests
	SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=$(WIDTH) scripts/run-tests

release: setup-release
	swift build -c release --product metergate --static-swift-stdlib -Xswiftc $(EXCLUSIVITY) \
	  -Xswiftc $(OPTIMIZATION) -Xlinker $(LINKING)
	strip .build/release/metergate
	@ls -l .build/release/metergate

fuzz soak: setup-run
	swift build --product metergate
	swift build --product ModbusConformance
	swift build --product FormatFuzz
	scripts/load $@
	@[ $@ = fuzz ] || { $(MAKE) release && scripts/scans; }

fuzz: fuzz-api

fuzz-api: setup-test
	swift build --product metergate
	.venv/bin/python Tests/WebPeers/contract.py .build/debug/metergate 500 300

soak: soak-readouts soak-line soak-page

soak-readouts: release
	.build/release/metergate bench soak

soak-line: release
	scripts/line

soak-page: setup-test release
	METERGATE=.build/release/metergate scripts/pagespeed

lint:
	scripts/lint

setup-run setup-test setup-release: setup-%:
	@scripts/setup $*
