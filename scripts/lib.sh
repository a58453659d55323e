# For the other scripts to source.

# timed NAME COMMAND... runs the command and says how long it took.
timed() {
	local name=$1 from=$EPOCHREALTIME to code=0
	shift
	"$@" || code=$?
	to=$EPOCHREALTIME
	local word=ok
	[ "$code" = 0 ] || word=FAIL
	printf '== %-4s %-22s %s\n' "$word" "$name" \
		"$(awk -v a="${from/,/.}" -v b="${to/,/.}" 'BEGIN { printf "%.1f s", b - a }')"
	return "$code"
}

# fingerprint FILE... identifies the content of files.
fingerprint() {
	cat "$@" | sha256sum | cut -c1-16
}

# have COMMAND... tells whether all of them are installed.
have() {
	local c
	for c in "$@"; do command -v "$c" >/dev/null || return 1; done
}
