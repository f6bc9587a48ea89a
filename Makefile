# Everything of more than a line is in packaging/bootstrap.py, which also works without make.

# The first Python that runs at all; bootstrap.py looks for one of a suitable version.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3 python; do \
	$$p -c '' >/dev/null 2>&1 && { echo $$p; break; }; done)
BOOTSTRAP = $(if $(PYTHON),$(PYTHON),$(error Twostroke needs Python 3.11, 3.12 or 3.13; install one and try again)) \
	packaging/bootstrap.py

.PHONY: run test test-slow fuzz kills lint parity exactness health lessons gallery coverage clean

run:
	@$(BOOTSTRAP) run $(ARGS)

test:
	@$(BOOTSTRAP) test $(ARGS)

test-slow:
	@$(BOOTSTRAP) test-slow $(ARGS)

# ARGS="30 -k word": for 30 minutes, only tests with that word.
fuzz:
	@$(BOOTSTRAP) fuzz $(ARGS)

kills:
	@$(BOOTSTRAP) kills $(ARGS)

lint:
	@$(BOOTSTRAP) lint

parity:
	@$(BOOTSTRAP) parity $(ARGS)

exactness:
	@$(BOOTSTRAP) exactness $(ARGS)

health:
	@$(BOOTSTRAP) health $(ARGS)

lessons:
	@$(BOOTSTRAP) lessons $(ARGS)

gallery:
	@$(BOOTSTRAP) gallery $(ARGS)

coverage:
	@$(BOOTSTRAP) coverage $(ARGS)

clean:
	@$(BOOTSTRAP) clean
