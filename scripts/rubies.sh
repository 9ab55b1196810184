#!/usr/bin/env bash
# Makes three real Ruby Sidekiqs for the interop tests, and prints where each is.
#
#   scripts/rubies.sh [--only 6|7|8]... [--print]
#
#   6  Sidekiq 6.4.1 and ActiveJob 6.1: Debian 12's own packages, installed on this system
#   7  Sidekiq 7.3.2: Debian trixie's, in a folder that one chroots into
#   8  Sidekiq 8.1.7: Debian sid's, likewise, with Rails 7.2; sid moves, so the versions may be later ones
#
# Prints a line for each that is ready: generation, version found, root folder, with tabs between.
# --print makes nothing, it only looks. The folders are under $TSQ_RUBIES, else /var/cache/tsq-rubies.
# A second run changes nothing. Exits 1 if one that was asked for is missing, after a line on stderr that says why.
set -uo pipefail

root=${TSQ_RUBIES:-/var/cache/tsq-rubies}
packages=ruby,ruby-sidekiq,ruby-activejob,ruby-rack-session,ruby-rackup
# What examples/rails needs beside them.
rails_packages=ruby-railties,ruby-activerecord,ruby-actionmailer,ruby-sqlite3,puma
wanted=()
look_only=no

main() {
  local generation failed=0
  parse "$@"

  for generation in "${wanted[@]}"; do
    if [ "$look_only" = no ]; then
      "make_$generation" || failed=1
    fi
    print "$generation"
  done
  return "$failed"
}

parse() {
  while [ $# -gt 0 ]; do
    case $1 in
      --only)
        case ${2:-} in
          6 | 7 | 8) wanted+=("$2") && shift ;;
          *) refuse "expected 6, 7 or 8 after --only, got '${2:-}'" ;;
        esac ;;
      --print) look_only=yes ;;
      -h | --help) usage && exit 0 ;;
      *) refuse "unknown option '$1'" ;;
    esac
    shift
  done
  [ "${#wanted[@]}" -gt 0 ] || wanted=(6 7 8)
}

# The first comment of this file.
usage() { sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0"; }
refuse() { echo "rubies: $1; see --help" >&2 && exit 2; }

make_6() {
  is_ready 6 && has_cron && return 0
  [ "$(. /etc/os-release 2>/dev/null && echo "${VERSION_CODENAME:-}")" = bookworm ] ||
    { missing 6 "it is a package of Debian 12, and this is $(system)"; return 1; }
  prepare 6 || return 1
  install_package 6 ruby-sidekiq ruby-activejob ruby-sidekiq-cron ||
    { missing 6 "apt-get install ruby-sidekiq ruby-activejob ruby-sidekiq-cron failed, see $root/6.log"; return 1; }
  is_ready 6 || { missing 6 "the system's ruby-sidekiq is $(version_in /), its ruby-activejob $(version_in / activejob)"; return 1; }
}

# The gem of periodic jobs, which Debian has for this one alone.
has_cron() { [ -e /usr/lib/ruby/vendor_ruby/sidekiq-cron.rb ]; }

make_7() { make_folder 7 trixie "$packages,ruby-actionmailer"; }
make_8() { make_folder 8 sid "$packages,$rails_packages"; }

make_folder() {
  local generation=$1 suite=$2 packages=$3 folder=$root/$1
  is_ready "$generation" && [ "$(recipe_of "$folder")" = "$suite $packages" ] && return 0
  prepare "$generation" || return 1

  # Two runs must not make the same folder. The lock ends with the subshell.
  (
    flock 9
    [ "$(recipe_of "$folder")" = "$suite $packages" ] || bootstrap "$generation" "$suite" "$packages" || exit 1
    # Sidekiq's heartbeat reads its memory from /proc/<pid>/status, and fails without it. A reboot takes the mount away.
    [ -e "$folder/proc/self/status" ] || mount -t proc proc "$folder/proc" ||
      { missing "$generation" "cannot mount $folder/proc"; exit 1; }
    is_ready "$generation" || { missing "$generation" "$folder has no ruby-sidekiq, see $root/$generation.log"; exit 1; }
  ) 9>"$root/$generation.lock"
}

# The recipe is written last: a folder without it is half made, one with another is out of date, and both are remade.
bootstrap() {
  local generation=$1 suite=$2 packages=$3 folder=$root/$1 log=$root/$1.log mirror
  command -v debootstrap >/dev/null || install_package "$generation" debootstrap ||
    { missing "$generation" "there is no debootstrap, and this is $(system)"; return 1; }
  mirror=$(debian_mirror)
  [ -n "$mirror" ] || { missing "$generation" "apt knows no Debian mirror that could have $suite, and this is $(system)"; return 1; }
  # Never across a mount: what is mounted in there belongs to the system.
  if [ -e "$folder/proc/self" ]; then umount "$folder/proc"; fi
  rm -rf --one-file-system "$folder" || { missing "$generation" "cannot remove the half-made $folder"; return 1; }

  debootstrap --variant=minbase --include="$packages" "$suite" "$folder" "$mirror" >"$log" 2>&1 9>&- ||
    { missing "$generation" "debootstrap of $suite failed, see $log"; return 1; }
  rm -rf "$folder"/var/cache/apt/archives/*.deb "$folder"/var/lib/apt/lists/*
  echo "$suite $packages" >"$folder/.tsq-made" || { missing "$generation" "cannot write $folder/.tsq-made"; return 1; }
}

# The mirror that apt itself takes Debian from. It is not listed before the first `apt-get update`.
debian_mirror() {
  local find_first='$1 == "Debian" && !found { print $2; found = 1 }'
  list_mirrors | awk "$find_first" | grep . || { apt-get update >&2 && list_mirrors | awk "$find_first"; }
} 2>/dev/null
list_mirrors() { apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Created-By: Packages'; }

# install_package GENERATION PACKAGE...
install_package() {
  local log=$root/$1.log
  shift
  install_known "$@" >"$log" 2>&1 || { apt-get update && install_known "$@"; } >>"$log" 2>&1
}
install_known() { DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"; }

prepare() {
  [ "$(id -u)" = 0 ] || { missing "$1" "making it takes root"; return 1; }
  mkdir -p "$root" || { missing "$1" "cannot make $root"; return 1; }
}

is_ready() {
  case $1 in
    6) [[ $(version_in /) == 6.* && $(version_in / activejob) == 6.1.* ]] ;;
    *) [ -n "$(recipe_of "$root/$1")" ] && [ -e "$root/$1/proc/self/status" ] && [ -n "$(version_in "$root/$1")" ] ;;
  esac
}

print() {
  local folder=/
  [ "$1" = 6 ] || folder=$root/$1
  is_ready "$1" && printf '%s\t%s\t%s\n' "$1" "$(version_in "$folder")" "$folder"
}

# version_in FOLDER [GEM]: the name of the gem's folder says it, without the half second that starting Ruby costs.
version_in() {
  local gem name=${2:-sidekiq}
  for gem in "${1%/}"/usr/share/rubygems-integration/all/gems/"$name"-[0-9]*; do
    [ -d "$gem" ] && echo "${gem##*/"$name"-}" && return
  done
}

recipe_of() { cat "$1/.tsq-made" 2>/dev/null; }
system() { (. /etc/os-release 2>/dev/null && echo "$PRETTY_NAME") || uname -s; }
missing() { echo "rubies: no Sidekiq $1: $2" >&2; }

main "$@"
