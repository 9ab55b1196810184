#!/usr/bin/env bash
# Makes three real Ruby Sidekiqs for the interop tests, and prints where each is.
#
#   scripts/rubies.sh [--only 6|7|8]... [--print]
#
#   6  Sidekiq 6.4.1, Debian 12's own package, on this system itself
#   7  Sidekiq 7.3.2, from Debian trixie, in a folder that one chroots into
#   8  Sidekiq 8.1.7, from Debian sid, likewise
#
# Prints a line for each that is ready: generation, version, root folder, with tabs between.
# --print makes nothing, it only looks. The folders are under $TSQ_RUBIES, else /var/cache/tsq-rubies.
# Exits 1, with a line on stderr for each, when one that was asked for could not be made.
set -euo pipefail

root=${TSQ_RUBIES:-/var/cache/tsq-rubies}
packages=ruby,ruby-sidekiq,ruby-activejob,ruby-rack-session,ruby-rackup
wanted=()
make=yes

usage() { sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0"; }

main() {
  local failed=0 generation
  parse "$@"

  for generation in "${wanted[@]}"; do
    if [ "$make" = yes ]; then
      "make_$generation" || failed=1
    fi
    report "$generation"
  done
  return "$failed"
}

parse() {
  while [ $# -gt 0 ]; do
    case $1 in
      --only)
        case ${2:-} in
          6 | 7 | 8) wanted+=("$2") && shift ;;
          *) usage_error "expected 6, 7 or 8 after --only, got '${2:-}'" ;;
        esac ;;
      --print) make=no ;;
      -h | --help) usage && exit 0 ;;
      *) usage_error "unknown option '$1'" ;;
    esac
    shift
  done
  [ "${#wanted[@]}" -gt 0 ] || wanted=(6 7 8)
}

usage_error() {
  echo "rubies: $1; see --help" >&2
  exit 2
}

make_6() {
  [ -z "$(version_in /)" ] || return 0
  [ "$(. /etc/os-release && echo "${VERSION_CODENAME:-}")" = bookworm ] || { missing 6 "it is a package of Debian 12, and this is $(system)"; return 1; }
  am_root 6 || return 1

  apt-get install -y --no-install-recommends ruby-sidekiq >"/tmp/rubies-6.$$.log" 2>&1 ||
    { apt-get update && apt-get install -y --no-install-recommends ruby-sidekiq; } >"/tmp/rubies-6.$$.log" 2>&1 ||
    { missing 6 "apt-get install ruby-sidekiq failed, see /tmp/rubies-6.$$.log"; return 1; }
  rm -f "/tmp/rubies-6.$$.log"
}

make_7() { make_folder 7 trixie; }
make_8() { make_folder 8 sid; }

# The stamp is written last, and says what went in: a half-made folder, or one from another list
# of packages, is remade. The lock keeps two runs from making the same folder.
make_folder() {
  local generation=$1 suite=$2 folder=$root/$1 recipe="$2 $packages" mirror
  if is_made "$folder" "$recipe" && has_proc "$folder"; then return 0; fi
  am_root "$generation" || return 1

  mkdir -p "$root"
  exec 9>"$root/$generation.lock"
  flock 9
  if ! is_made "$folder" "$recipe"; then
    has_debootstrap || { missing "$generation" "there is no debootstrap, and this is $(system)"; return 1; }
    mirror=$(debian_mirror)
    [ -n "$mirror" ] || { missing "$generation" "apt's sources name no Debian mirror to take $suite from, and this is $(system)"; return 1; }
    clear_folder "$folder"
    debootstrap --variant=minbase --include="$packages" "$suite" "$folder" "$mirror" >"$root/$generation.log" 2>&1 9>&- ||
      { missing "$generation" "debootstrap of $suite failed, see $root/$generation.log"; return 1; }
    rm -rf "$folder"/var/cache/apt/archives/*.deb "$folder"/var/lib/apt/lists/*
    echo "$recipe" >"$folder/.tsq-made"
  fi

  # Sidekiq's heartbeat reads its memory from /proc/<pid>/status, and fails without it.
  has_proc "$folder" || mount -t proc proc "$folder/proc" 2>/dev/null ||
    { missing "$generation" "cannot mount $folder/proc"; return 1; }
  exec 9>&-
}

is_made() { [ "$(cat "$1/.tsq-made" 2>/dev/null)" = "$2" ]; }
has_proc() { [ -e "$1/proc/self/status" ]; }
has_debootstrap() { command -v debootstrap >/dev/null || apt_get install -y --no-install-recommends debootstrap; }

apt_get() { command -v apt-get >/dev/null && apt-get "$@" >/dev/null 2>&1; }

# The mirror that apt itself takes Debian from, and the proxy that it goes through.
debian_mirror() {
  command -v apt-get >/dev/null || return 0
  local found
  found=$(first_mirror)
  [ -n "$found" ] || { apt_get update || true; found=$(first_mirror); }
  echo "$found"
}

# awk reads to the end: a closed pipe would fail apt-get under pipefail.
first_mirror() { apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Created-By: Packages' | awk '$1 == "Debian" && !found { print $2; found = 1 }'; }

# Never across a mount: what is mounted in a half-made folder belongs to the system.
clear_folder() {
  umount "$1/proc" 2>/dev/null || true
  rm -rf --one-file-system "$1"
}

report() {
  local folder=/ version
  if [ "$1" != 6 ]; then
    folder=$root/$1
    [ -e "$folder/.tsq-made" ] && has_proc "$folder" || return 0
  fi
  version=$(version_in "$folder")
  [ -z "$version" ] || printf '%s\t%s\t%s\n' "$1" "$version" "$folder"
}

# The name of the gem's folder says the version, without the half second that starting Ruby costs.
version_in() {
  local gem
  for gem in "${1%/}"/usr/share/rubygems-integration/all/gems/sidekiq-[0-9]*; do
    [ -d "$gem" ] && echo "${gem##*/sidekiq-}" && return 0
  done
  return 0
}

am_root() { [ "$(id -u)" = 0 ] || { missing "$1" "making it takes root"; return 1; }; }
system() { (. /etc/os-release 2>/dev/null && echo "${PRETTY_NAME:-unknown}") || uname -s; }
missing() { echo "rubies: no Sidekiq $1: $2" >&2; }

main "$@"
