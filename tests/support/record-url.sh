#!/bin/sh
# Stands in for the person's browser: keeps the address that was to be opened.
printf '%s\n' "$1" >> "$DESKFOB_TEST_OPENED"
