#!/bin/sh
# Install Debian packages when that is possible here; say what to do, and fail, when it is not.
command -v apt-get >/dev/null || { echo "Please install: $*" >&2; exit 1; }
if [ "$(id -u)" = 0 ]; then as=""; elif sudo -n true 2>/dev/null; then as="sudo"; else
  echo "Please install as root: apt-get install $*" >&2
  exit 1
fi
echo "Installing $*" >&2
$as apt-get update -qq >/dev/null 2>&1
$as env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1 || {
  echo "Could not install $*; please do it as root: apt-get install $*" >&2
  exit 1
}
