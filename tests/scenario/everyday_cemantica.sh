#!/bin/bash
# The everyday changes of examples/cemantica/README.md.
exec "${0%/*}/everyday.sh" cemantica
