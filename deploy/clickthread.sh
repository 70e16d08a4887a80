#!/bin/sh
# /usr/local/bin/clickthread, for root: a command as the service runs it, with its user, its data, its settings and the same key.
set -eu
CLICKTHREAD_KEY=$(cat /etc/clickthread/key)
CLICKTHREAD_ADMIN_TOKEN=$(cat /etc/clickthread/admin-token)
# Handed on by the environment, which other users can't read; not by arguments, which they can.
export CLICKTHREAD_KEY CLICKTHREAD_ADMIN_TOKEN
# What the unit sets, and whatever "systemctl edit" adds, a word each; the files that systemd opens for the service are not there for a command.
# shellcheck disable=SC2046
exec setpriv --reuid=clickthread --regid=clickthread --init-groups \
  env $(systemctl show --property=Environment --value clickthread.service) \
  CLICKTHREAD_KEY_FILE= CLICKTHREAD_ADMIN_TOKEN_FILE= \
  /usr/bin/node /opt/clickthread/bin/clickthread.mjs "$@"
