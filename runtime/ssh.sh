# What the other machine runs for the target ssh:. It needs a POSIX shell, cat, chmod, dd, mkdir, mv, rm and wc; find,
# head, id, md5sum, setsid, sha256sum, touch and uname are used where they are. Comments are not sent.
#
# Before it stand assignments: mark (begins our lines), token (random), dir, keep and bare (1 or empty), size, sum (SHA-256)
# and md5 of the image, emulator (asked for its version, or empty), run (sets the positional parameters to the command, of
# which $image is a part).
#
# Standard output:  mark machine, a line of uname, one of the emulator, /proc/cpuinfo, mark need or mark have, mark run, the
#                   program's output
# Standard error:   mark begin, the program's, mark exit STATUS [SIGNAL]
# Standard input:   the image after "need"; its end means that nobody listens any more

umask 077
exec 3<&0 </dev/null
work= pid= group= watch=
newline='
'

say() { echo "$mark $*"; }

fail() {
	say error "$*"
	exit 1
}

# In a shell without job control a background process is in the shell's group: only what setsid started can be killed
# with its children.
clean() {
	trap '' HUP INT TERM PIPE
	[ -z "$watch" ] || kill "$watch"
	if [ -n "$pid" ]; then
		[ -n "$group" ] && kill -9 "-$pid" || kill -9 "$pid"
	fi
	[ -z "$work" ] || rm -rf "$work"
	watch= pid= work=
} 2>/dev/null
trap clean EXIT
trap 'exit 129' HUP INT TERM PIPE

# ours DIR: it is a directory of this user, and no link that somebody else put there.
ours() { [ -d "$1" ] && [ ! -L "$1" ] && [ -O "$1" ]; }

# sweep: removes what runs left behind that were not allowed to clean up: the names hold the boot and the process.
sweep() {
	for old in "$base"/risugen-run-*; do
		ours "$old" || continue
		name=${old##*/risugen-run-}
		owner=${name#*-}
		owner=${owner%%-*}
		case $owner in '' | *[!0-9]*) continue ;; esac
		if [ "${name%%-*}" = "$boot" ]; then
			kill -0 "$owner" 2>/dev/null && continue
		else
			[ -n "$(find "$old" -prune -mtime +0 2>/dev/null)" ] || continue
		fi
		rm -rf "$old"
	done
	[ -z "$keep" ] || find "$base" -name '*.img' -mtime +6 -exec rm -f {} \; 2>/dev/null
}

# can COMMAND: it is there.
can() { command -v "$1" >/dev/null 2>&1; }

# check FILE: it holds the image, as far as can be seen here.
check() {
	[ -f "$1" ] && [ $(wc -c <"$1") -eq "$size" ] || return 1
	if can sha256sum; then
		got=$(sha256sum <"$1")
		[ "${got%% *}" = "$sum" ]
	elif can md5sum; then
		got=$(md5sum <"$1")
		[ "${got%% *}" = "$md5" ]
	fi
}

# take FILE: reads the image, and waits for no more than that. Some heads have no -c, and BusyBox's does not say why it
# cannot write.
take() {
	if [ "$(echo ab | head -c 1 2>/dev/null)" = a ]; then
		err=$( (head -c "$size" <&3 | cat >"$1") 2>&1)
		return
	fi
	here=0
	while [ "$here" -lt "$size" ]; do
		bs=$((size - here))
		[ "$bs" -le 32768 ] || bs=32768
		err=$(dd bs="$bs" count=1 <&3 2>&1 >>"$1") || return
		err=
		before=$here
		here=$(wc -c <"$1")
		[ "$here" -gt "$before" ] || return
	done
}

# receive: brings the image to $image.
receive() {
	say need
	take "$work/part"
	check "$work/part" || fail "the image could not be stored in $base: ${err:-it arrived incomplete or damaged}"
	err=$(chmod 700 "$work/part" 2>&1 && mv -f "$work/part" "$image" 2>&1) || fail "the image could not be stored in $base: $err"
}

case $dir in /*) ;; *) dir=$PWD/$dir ;; esac
[ -d "$dir" ] || fail "there is no directory $dir; dir= names another"
base=$dir
if [ -n "$keep" ]; then
	base=$dir/risugen-kept-$(id -u 2>/dev/null)
	[ -d "$base" ] || mkdir "$base" 2>/dev/null
	ours "$base" || fail "$base cannot be made, or belongs to somebody else; dir= names another place"
fi
boot=
[ ! -r /proc/sys/kernel/random/boot_id ] || read -r boot </proc/sys/kernel/random/boot_id
boot=${boot%%-*}
boot=${boot:-unknown}
sweep
err=$(mkdir "$base/risugen-run-$boot-$$-$token" 2>&1) || fail "no directory can be made in $base: $err; dir= names another place"
work=$base/risugen-run-$boot-$$-$token

# An empty file runs as a script that does nothing, unless the file system forbids it.
if [ -n "$bare" ]; then
	err=$( (: >"$work/try" && chmod 700 "$work/try") 2>&1) || fail "no file can be made in $base: $err; dir= names another place"
	err=$("$work/try" 2>&1) || fail "programs in $base may not be run (mounted noexec?): $err; dir= names another place"
fi

say machine
echo "$(uname -srvm 2>/dev/null)"
version=
[ -z "$emulator" ] || version=$("$emulator" --version 2>/dev/null)
echo "${version%%$newline*}"
[ ! -r /proc/cpuinfo ] || dd bs=4096 count=4 if=/proc/cpuinfo 2>/dev/null
echo
image=$work/image
[ -z "$keep" ] || image=$base/$sum.img
if [ -n "$keep" ] && { can sha256sum || can md5sum; } && check "$image"; then
	touch "$image" 2>/dev/null
	say have
else
	receive
fi

eval "$run"
if can setsid; then
	set -- "$(command -v setsid)" "$@"
	group=1
fi
echo "$mark begin" >&2
say run
{
	if [ -n "$bare" ]; then # shells take what the system cannot run for a script: let that do nothing
		cd "$work"
		PATH=/nowhere
	fi
	exec "$@"
} 3<&- &
pid=$!
# Not by HUP: a server that ignores it passes that on, and shells do not trap what was ignored when they began.
{
	while read -r x; do :; done
	kill $$
} <&3 >/dev/null 2>&1 &
watch=$!
wait "$pid"
status=$?
[ -z "$group" ] || kill -9 "-$pid" 2>/dev/null
pid=
clean
signal=
[ "$status" -le 128 ] || signal=$(kill -l "$status" 2>/dev/null)
echo "$mark exit $status $signal" >&2
exit "$status"
