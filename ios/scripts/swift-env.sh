#!/usr/bin/env bash
# A Swift toolchain for machines that have none: Debian trixie's swiftlang 6.0, in a root of its own below a cache folder.
#   swift-env.sh                    make the root if it is missing, then print the Swift version
#   swift-env.sh swift test ...     run a command of that root in the current folder
# SWIFT_ENV_CACHE   where the root is kept (default: .cache/swift-env of this repository; about 2.6 GB)
# SWIFT_ENV_BIND    more host folders to show inside, colon-separated, each at its own path
# SWIFT_ENV_MIRROR  the Debian archive to take it from (default: the one that this machine uses already)
# Needs Debian or a relative, and root. The host's own mounts stay as they are: everything is mounted in a private mount
# namespace that ends with the command. The repository is shown inside at its own path.
set -euo pipefail

suite=trixie
# libssl-dev: the tests' stand-in for a phone's key store signs with libcrypto.
packages=swiftlang,libc6-dev,libstdc++-14-dev,libssl-dev
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
cache=${SWIFT_ENV_CACHE:-$repository/.cache/swift-env}
stamp=$suite:$packages:1
root=$cache/root

[ "$(id -u)" = 0 ] || { echo "swift-env: needs root, for a mount namespace and chroot" >&2; exit 1; }

ready() { [ "$(cat "$root/.swift-env-stamp" 2>/dev/null || true)" = "$stamp" ]; }

if ! ready; then
  command -v apt-get >/dev/null || { echo "swift-env: needs Debian's apt-get; install Swift 6 instead" >&2; exit 1; }
  mkdir -p "$cache"
  exec 9>"$cache/lock"
  flock 9
  if ! ready; then
    if ! command -v mmdebstrap >/dev/null; then
      apt-get update -qq >&2
      DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends mmdebstrap >&2
    fi
    mirror=${SWIFT_ENV_MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' \
      | grep -v security | sort -u | head -1)}
    rm -rf --one-file-system "$root.new" "$root"
    mmdebstrap --quiet --variant=minbase --include="$packages" \
      --aptopt='Acquire::Check-Valid-Until "false"' \
      --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
      --dpkgopt='path-exclude=/usr/share/locale/*' \
      "$suite" "$root.new" "$mirror" >&2
    printf '%s\n' "$stamp" >"$root.new/.swift-env-stamp"
    mv "$root.new" "$root"
  fi
  exec 9>&-
fi

[ $# -gt 0 ] || set -- swift --version

export PERMITCARD_PRIVATE_MOUNTS=1 SWIFT_ENV_ROOT=$root SWIFT_ENV_CWD=$PWD SWIFT_ENV_REPOSITORY=$repository
exec unshare --mount --propagation private bash -euc '
  r=$SWIFT_ENV_ROOT
  mount --rbind /proc "$r/proc"
  mount --rbind /dev "$r/dev"
  mount -t tmpfs tmpfs "$r/tmp"
  IFS=:
  for d in "$SWIFT_ENV_REPOSITORY" "$SWIFT_ENV_CWD" ${SWIFT_ENV_BIND:-}; do
    [ -n "$d" ] || continue
    mkdir -p "$r$d"
    mount --rbind "$d" "$r$d"
  done
  unset IFS
  keep=()
  for v in $(compgen -e); do
    case $v in PERMITCARD_*|CI|TERM|RUST_BACKTRACE) keep+=("$v=${!v}") ;; esac
  done
  exec chroot "$r" /usr/bin/env -i PATH=/usr/libexec/swift/bin:/usr/bin:/bin HOME=/root LANG=C.UTF-8 "${keep[@]}" \
    /bin/sh -c "cd \"\$0\" && exec \"\$@\"" "$SWIFT_ENV_CWD" "$@"
' swift-env "$@"
