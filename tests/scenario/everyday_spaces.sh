#!/bin/bash
# The everyday changes of examples/spaces/README.md.
exec "${0%/*}/everyday.sh" spaces
