#!/bin/bash
# The everyday changes of examples/sagicc/README.md.
exec "${0%/*}/everyday.sh" sagicc
