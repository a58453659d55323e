# For scripts/test to source: installs the clients that the tests drive, and
# tells the tests by environment variables where they are. A variable that is
# not set makes the tests for that language skip.

cache=${XAPID_TEST_CACHE:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/xapid-test}

# missing WHAT: a language that is not here. On CI nothing may go untested.
missing() {
	echo "== skip $1: not usable on this machine"
	[ "${CI:-}" != true ]
}

# Sets XAPID_TEST_PYTHON to an interpreter that can import the clients.
python_clients() {
	local want=test/clients/python/requirements.txt venv
	[ -f "$want" ] || return 0
	have python3 || { missing python3; return; }
	venv=$cache/python-$( (python3 -V && cat "$want") | sha256sum | cut -c1-16)
	if [ ! -e "$venv/.complete" ]; then
		rm -rf "$venv"
		mkdir -p "$cache"
		# Distributions split venv off; without it there is no python to use.
		python3 -m venv "$venv" || { missing "python3 -m venv"; return; }
		"$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$want" || return
		touch "$venv/.complete"
	fi
	export XAPID_TEST_PYTHON=$venv/bin/python
}

# Sets XAPID_TEST_NODE_DIR to a directory where node can import the clients.
node_clients() {
	local dir=test/clients/node mark
	[ -f $dir/package.json ] || return 0
	have node npm || { missing node; return; }
	mark=$dir/node_modules/.complete-$(fingerprint $dir/package*.json)
	if [ ! -e "$mark" ]; then
		local how=install
		[ -f $dir/package-lock.json ] && how=ci
		(cd $dir && npm "$how" --silent --no-audit --no-fund) || return
		mkdir -p $dir/node_modules
		# npm install may have written the lock file that the mark is made of.
		rm -f $dir/node_modules/.complete-*
		touch "$dir/node_modules/.complete-$(fingerprint $dir/package*.json)"
	fi
	XAPID_TEST_NODE_DIR=$PWD/$dir
	export XAPID_TEST_NODE_DIR
}

# Sets XAPID_TEST_JAVA_CP to a class path with the SDK and our Java programs.
java_client() {
	local dir=test/clients/java mark
	[ -f $dir/pom.xml ] || return 0
	have java javac mvn || { missing "java, javac and mvn"; return; }
	mark=$dir/target/.complete-$(find $dir/pom.xml $dir/src -type f -print0 | sort -z | xargs -0 cat | sha256sum | cut -c1-16)
	if [ ! -e "$mark" ]; then
		(cd $dir && mvn -q -B clean package dependency:build-classpath -Dmdep.outputFile=target/classpath) || return
		touch "$mark"
	fi
	XAPID_TEST_JAVA_CP=$PWD/$dir/target/classes:$(cat $dir/target/classpath)
	export XAPID_TEST_JAVA_CP
}

# The shells that xe's completion is tried in. zsh is rarely there.
shells() {
	have zsh && return
	if have apt-get && [ "$(id -u)" = 0 ]; then
		{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq zsh; } >/dev/null 2>&1
	fi
	have zsh || missing zsh
}
